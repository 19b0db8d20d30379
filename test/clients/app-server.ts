import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Json } from '../../src/model/json.ts';
import { type Body, isBody, stringOf } from './body.ts';
import type { Stage } from './stage.ts';
import { waitFor } from './stand-in.ts';

/** `codex app-server` over stdio: JSON-RPC, one message a line. */
export interface AppServer {
  /** Returns the result. Throws with the server's error. */
  call(method: string, params: Json, ms?: number): Promise<Body>;
  notices: Body[];
  /** Waits for a notification. */
  notice(method: string, fits?: (params: Body) => boolean, ms?: number): Promise<Body>;
  close(): Promise<void>;
}

export async function openAppServer(stage: Stage): Promise<AppServer> {
  const child = spawn(stage.command, ['app-server'], { cwd: stage.project, env: stage.env, stdio: ['pipe', 'pipe', 'ignore'] });
  const answers = new Map<number, Body>();
  const notices: Body[] = [];
  let last = 0;
  const send = (message: Body) => void child.stdin.write(`${JSON.stringify(message)}\n`);
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message: Json = JSON.parse(line);
    if (!isBody(message)) return;
    const id = message.id;
    if (typeof message.method !== 'string') answers.set(Number(id), message);
    else if (id === undefined) notices.push(message);
    else send({ id, result: { decision: 'accept' } });
  });
  const call = async (method: string, params: Json, ms = 30_000) => {
    const id = ++last;
    send({ id, method, params });
    const answer = await waitFor(() => answers.get(id), ms);
    if (answer.error !== undefined) throw new Error(`${method}: ${JSON.stringify(answer.error)}`);
    return isBody(answer.result) ? answer.result : {};
  };
  const notice = (method: string, fits: (params: Body) => boolean = () => true, ms = 30_000) =>
    waitFor(() => notices.find((one) => stringOf(one.method) === method && fits(isBody(one.params) ? one.params : {})), ms);
  await call('initialize', {
    clientInfo: { name: 'convo-test', title: 'convo test', version: '1' },
    capabilities: { experimentalApi: true },
  });
  send({ method: 'initialized' });
  const close = async () => {
    const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
    child.stdin.end();
    const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(timer);
  };
  return { call, notices, notice, close };
}
