// What a scenario works with: a home of its own, the stand-in, and ways to run the client in it.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Told } from '../../src/exporters/exporter.ts';
import type { Json } from '../../src/model/json.ts';
import { comparable } from '../support/exporter.ts';
import type { Resumable } from './resumed.ts';
import { bareEnvironment } from './sandbox.ts';
import type { Client } from './scenarios/scenario.ts';
import type { Reply } from './script.ts';
import { type StandIn, startStandIn } from './stand-in.ts';

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Running {
  done: Promise<Outcome>;
  interrupt(): void;
}

export interface Stage {
  home: string;
  project: string;
  model: StandIn;
  /** The client's command and its environment. */
  command: string;
  env: Record<string, string>;
  /** Runs the client to its end, at most 90 s. */
  run(...args: string[]): Promise<Outcome>;
  start(...args: string[]): Running;
  /** The same stage with another client. */
  as(client: Client): Stage;
  /** Keeps the home's transcripts as they are now, to be compared with the last exchange of `key`. */
  checkpoint(label: string, native: string, key: string, told?: Json): void;
  /** As `checkpoint`, for a conversation that convo wrote and the client went on with by one prompt. */
  checkpointResumed(label: string, resumed: Pick<Resumable, 'native'> & Partial<Resumable>, key: string, told?: Json): void;
  /** As `checkpoint`, for the sub-agent that was asked `prompt`. */
  checkpointAgent(label: string, native: string, prompt: string): void;
}

/** A moment at which what convo imports must be what the client told its model. */
export interface Checkpoint {
  label: string;
  /** The tool's id of the conversation. */
  native: string;
  /** The exchange to compare with. */
  exchange: number;
  /** The exchange's reply as it was sent; empty when it was not. */
  said: Reply['blocks'];
  /** Folder with the transcripts, below the scenario's. */
  folder: string;
  /** What the tool itself says of the conversation (Codex: thread/read). */
  told?: Json;
  /** The prompt of the sub-agent whose thread is meant. */
  agent?: string;
  /** convo wrote the conversation, and the client went on with it by one prompt. */
  resumed?: true;
  /** What convo promised of the thread that it wrote (`comparable`); two turns came behind it. */
  promised?: readonly Told[];
}

/** Prepares a home below `folder`. `environment` says what the client needs besides the bare environment. */
export async function prepareStage(
  folder: string,
  command: string,
  environment: (port: number) => Record<string, string>,
  commands: Partial<Record<Client, string>> = {},
): Promise<Stage> {
  const home = join(folder, 'home');
  const project = join(home, 'proj');
  const temporary = join(home, 'tmp');
  mkdirSync(project, { recursive: true });
  mkdirSync(temporary, { mode: 0o700 });
  const model = await startStandIn(join(folder, 'requests.jsonl'));
  const env = { ...bareEnvironment(home), TMPDIR: temporary, CLAUDE_CODE_TMPDIR: temporary, ...environment(model.port) };
  const checkpoints: Checkpoint[] = [];
  const keep = (label: string, native: string, key: string, more: Partial<Checkpoint>) => {
    const exchange = model.exchanges.findLast((one) => one.key === key);
    if (exchange === undefined) throw new Error(`no request of the client held "${key}"`);
    const kept = join('checkpoints', String(checkpoints.length + 1));
    for (const tree of ['.claude/projects', '.codex/sessions']) {
      if (existsSync(join(home, tree))) cpSync(join(home, tree), join(folder, kept, tree), { recursive: true, preserveTimestamps: true });
    }
    const said = exchange.answered ? exchange.reply.blocks : [];
    checkpoints.push({ label, native, exchange: exchange.seq, said, folder: kept, ...more });
    writeFileSync(join(folder, 'checkpoints.json'), JSON.stringify(checkpoints, null, 1));
  };
  const checkpoint: Stage['checkpoint'] = (label, native, key, told) => keep(label, native, key, told === undefined ? {} : { told });
  const checkpointResumed: Stage['checkpointResumed'] = (label, { native, promised }, key, told) => {
    const more = { ...(promised ? { promised: comparable(promised) as readonly Told[] } : {}), ...(told === undefined ? {} : { told }) };
    keep(label, native, key, { resumed: true, ...more });
  };
  const checkpointAgent: Stage['checkpointAgent'] = (label, native, prompt) => keep(label, native, prompt, { agent: prompt });
  const start = (...args: string[]) => startClient(command, args, project, env);
  const stage = { home, project, model, command, env, start, checkpoint, checkpointResumed, checkpointAgent };
  const as = (client: Client): Stage => {
    const other = commands[client] ?? command;
    const begin = (...args: string[]) => startClient(other, args, project, env);
    return { ...stage, command: other, start: begin, run: (...args) => begin(...args).done, as };
  };
  return { ...stage, run: (...args) => start(...args).done, as };
}

function startClient(command: string, args: string[], cwd: string, env: Record<string, string>): Running {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 90_000, killSignal: 'SIGKILL' });
  const outcome: Outcome = { code: null, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    outcome.stdout += piece;
  });
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    outcome.stderr += piece;
  });
  const done = new Promise<Outcome>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ ...outcome, code }));
  });
  return { done, interrupt: () => void child.kill('SIGINT') };
}
