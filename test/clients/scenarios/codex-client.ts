// How the scenarios drive Codex: `codex exec` for plain runs, `codex app-server` for the rest.
import type { Json } from '../../../src/model/json.ts';
import { type AppServer, openAppServer } from '../app-server.ts';
import { type Body, isBody, stringOf } from '../body.ts';
import { type Script, tool } from '../script.ts';
import type { Stage } from '../stage.ts';

export const shell = (cmd: string) => tool('exec_command', { cmd });

/** Runs one prompt by `codex exec` and returns the thread id. Throws when the client fails. */
export async function say(stage: Stage, prompt: string, ...options: string[]): Promise<string> {
  const { code, stdout, stderr } = await stage.run('exec', ...options, '--skip-git-repo-check', '--json', prompt);
  if (code !== 0) throw new Error(`codex ended with ${code}: ${stderr}${stdout}`);
  return /"thread_id":"([^"]+)"/.exec(stdout)?.[1] ?? '';
}

/** Returns what stands at a path of keys. */
export const field = (value: Json | undefined, ...path: string[]): Json | undefined =>
  path.reduce<Json | undefined>((at, name) => (isBody(at) ? at[name] : undefined), value);

/** Starts a thread and returns its id. */
export const startThread = async (server: AppServer, options: Body = {}) =>
  stringOf(field(await server.call('thread/start', options), 'thread', 'id'));

/** Gives the model its lines and starts a thread on a new server. */
export async function begin(stage: Stage, script: Script, options: Body = {}): Promise<{ server: AppServer; id: string }> {
  stage.model.say(script);
  const server = await openAppServer(stage);
  return { server, id: await startThread(server, options) };
}

/** Sends a prompt and returns the turn's id at once. */
export async function send(server: AppServer, threadId: string, prompt: string): Promise<string> {
  const input = [{ type: 'text', text: prompt, text_elements: [] }];
  return stringOf(field(await server.call('turn/start', { threadId, input }), 'turn', 'id'));
}

/** Waits until a turn has ended. */
export const ended = (server: AppServer, turn: string) => server.notice('turn/completed', (params) => field(params, 'turn', 'id') === turn);

/** Sends a prompt and returns the turn's id when the turn has ended. */
export async function ask(server: AppServer, threadId: string, prompt: string): Promise<string> {
  const turn = await send(server, threadId, prompt);
  await ended(server, turn);
  return turn;
}

/** Forks a thread and returns the new one's id. */
export async function forkOf(server: AppServer, threadId: string, more: Body = {}): Promise<string> {
  return stringOf(field(await server.call('thread/fork', { threadId, ...more }), 'thread', 'id'));
}

/** Returns what `thread/read` tells of a thread, turns included. */
export const told = async (server: AppServer, threadId: string) => server.call('thread/read', { threadId, includeTurns: true });

/** Returns what a new server tells of a thread. */
export async function toldAfterwards(stage: Stage, threadId: string): Promise<Body> {
  const server = await openAppServer(stage);
  const answer = await told(server, threadId);
  await server.close();
  return answer;
}
