// How the scenarios drive Claude Code: `claude -p` for plain runs, a terminal for the rest.
import { randomUUID } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../../src/model/json.ts';
import { isBody, stringOf } from '../body.ts';
import { reply, type Script, text, tool } from '../script.ts';
import type { Stage } from '../stage.ts';
import { openTerminal, type Terminal } from '../terminal.ts';

/** Runs one prompt to its end and returns the session id. Throws when the client fails. */
export async function say(stage: Stage, prompt: string, ...options: string[]): Promise<string> {
  const { code, stdout, stderr } = await stage.run('-p', '--output-format', 'json', '--dangerously-skip-permissions', ...options, prompt);
  if (code !== 0) throw new Error(`claude ended with ${code}: ${stderr || stdout}`);
  const result: Json = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  return isBody(result) ? stringOf(result.session_id) : '';
}

/** Opens the client in a terminal and waits until it listens. */
export async function open(stage: Stage, ...args: string[]): Promise<Terminal> {
  const asking = args.includes('--permission-mode');
  const terminal = openTerminal(stage, ...(asking ? [] : ['--dangerously-skip-permissions']), ...args);
  await terminal.until(asking ? /for shortcuts|for agents|mode on/ : /bypass permissions on/);
  return terminal;
}

/** Two prompts to begin with: one with a call, one without. */
export const twoPrompts: Script = {
  'prompt one': [reply(tool('Bash', { command: 'echo one', description: 'One' })), reply(text('Answer one.'))],
  'prompt two': [reply(text('Answer two.'))],
};

/** Gives the model its lines and opens a new session in a terminal. */
export async function begin(stage: Stage, script: Script, ...args: string[]): Promise<{ id: string; terminal: Terminal }> {
  const id = randomUUID();
  stage.model.say(script);
  return { id, terminal: await open(stage, '--session-id', id, ...args) };
}

/** Types a prompt and waits until the model has answered step `last` of its script. */
export async function ask(stage: Stage, terminal: Terminal, prompt: string, key = prompt, last = 0): Promise<void> {
  await terminal.type(prompt, 'Enter');
  await stage.model.until((one) => one.key === key && one.step === last && one.answered);
  await pause(1200);
}

/** Waits. */
export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Returns the session id of the transcript that was written last. */
export function newest(stage: Stage): string {
  const projects = join(stage.home, '.claude', 'projects');
  const files = readdirSync(projects)
    .flatMap((key) => readdirSync(join(projects, key)).map((name) => join(projects, key, name)))
    .filter((path) => path.endsWith('.jsonl'))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  return files[0]?.replace(/^.*\/|\.jsonl$/g, '') ?? '';
}
