import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stage } from './stage.ts';

/** Returns what Codex needs in its environment. */
export const codexEnvironment = (): Record<string, string> => ({ STAND_IN_KEY: 'x' });

/** Writes the configuration that points Codex at the stand-in. */
export function settleCodex(stage: Stage, more = ''): void {
  mkdirSync(join(stage.home, '.codex'), { recursive: true });
  const config = `model = "gpt-5.1-codex"
model_provider = "standin"
approval_policy = "never"
sandbox_mode = "danger-full-access"
check_for_update_on_startup = false
${more}
[model_providers.standin]
name = "standin"
base_url = "http://127.0.0.1:${stage.model.port}/v1"
wire_api = "responses"
env_key = "STAND_IN_KEY"
request_max_retries = 0
stream_max_retries = 0

[projects."${stage.project}"]
trust_level = "trusted"
`;
  writeFileSync(join(stage.home, '.codex', 'config.toml'), config);
}
