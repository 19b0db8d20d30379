import { recordOf } from '../../importers/codex/record.ts';
import { object, string } from '../../importers/kit/fields.ts';
import type { JsonObject } from '../../importers/kit/jsonl.ts';
import type { Target } from '../exporter.ts';
import type { MovePath } from '../kit/move-path.ts';
import { type Kept, readRecord } from '../kit/record.ts';

/** Returns the session_metas among records of no turn, in their order. */
export const metasIn = (loose: readonly Uint8Array[]): Kept[] =>
  loose.map(readRecord).filter(({ value }) => recordOf(value).type === 'session_meta');

/** What a session_meta says of where its thread came from, or that it is a sub-agent's: none of it holds for the new one. */
const origins = [
  'history_base',
  'forked_from_id',
  'parent_thread_id',
  'agent_nickname',
  'agent_role',
  'agent_path',
  'source',
  'subagent_history_start_ordinal',
];

/** Returns the payload of the first record: of the newest source's own, where there is one, what holds for the new thread as well. */
export function metaFor(target: Target, own: JsonObject | undefined, numbered: boolean, move: MovePath): JsonObject {
  const { ids, now, cwd, version, settings } = target;
  const kept = Object.fromEntries(
    Object.entries(own ?? {}).filter(([key]) => !origins.includes(key) && key !== 'type' && key !== 'instructions'),
  );
  const provider = providerIn(settings) ?? (string(kept.model_provider) || 'openai');
  return {
    ...kept,
    id: ids.native,
    ...('session_id' in kept ? { session_id: ids.native } : {}),
    timestamp: new Date(now).toISOString(),
    cwd,
    ...(Array.isArray(kept.runtime_workspace_roots)
      ? { runtime_workspace_roots: kept.runtime_workspace_roots.map((path) => move(string(path))) }
      : {}),
    originator: string(kept.originator) || 'codex_cli_rs',
    cli_version: string(kept.cli_version) || (version ?? '0.169.0'),
    // Other sources are in no list that a person sees.
    source: 'cli',
    thread_source: 'user',
    model_provider: provider,
    ...(numbered ? {} : { history_mode: 'legacy' }),
  };
}

/** Codex refuses to resume a thread of another provider than the configured one. */
function providerIn(settings: ReadonlyMap<string, string>): string | undefined {
  for (const text of settings.values()) {
    const [top = '', ...tables] = `\n${text}`.split(/^\s*(?=\[)/m);
    const profile = settingIn(top, 'profile');
    const table = tables.find((part) => part.trimStart().startsWith(`[profiles.${profile}]`)) ?? '';
    const provider = settingIn(table, 'model_provider') ?? settingIn(top, 'model_provider');
    if (provider !== undefined) return provider;
  }
  return undefined;
}

const settingIn = (toml: string, key: string): string | undefined =>
  new RegExp(`^\\s*${key}\\s*=\\s*["']([^"'\\n]+)["']`, 'm').exec(toml)?.[1];

/** Returns the thread's id that a session_meta tells. */
export const threadIdOf = ({ value }: Kept): string => string(object(recordOf(value).payload).id);
