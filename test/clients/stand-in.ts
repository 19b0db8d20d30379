// The stand-in for the model behind a real client: Anthropic Messages and OpenAI Responses on loopback, answering by a script.
import { appendFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { answerMessages, saidInMessages } from './anthropic.ts';
import type { Body } from './body.ts';
import { readBody, sendJson } from './http.ts';
import { answerResponses, saidInInput } from './responses.ts';
import { place, type Reply, type Script } from './script.ts';

/** A request that the client sent to its model, and what it got. */
export interface Exchange {
  seq: number;
  path: string;
  body: Body;
  /** The script's key; absent when no key was said (a side question of the client's). */
  key?: string;
  step?: number;
  reply: Reply;
  /** True when the whole reply was sent. */
  answered: boolean;
}

export interface StandIn {
  port: number;
  exchanges: Exchange[];
  /** Adds replies; a key already there is replaced. */
  say(script: Script): void;
  /** Waits until an exchange fits. Throws after `ms`. */
  until(fits: (exchange: Exchange) => boolean, ms?: number): Promise<Exchange>;
  close(): void;
}

const sideReply: Reply = { blocks: [{ text: '{"title": "A title by the stand-in"}' }] };
const afterTheScript: Reply = { blocks: [{ text: 'Nothing more to say.' }] };

/** Starts the stand-in on a free loopback port; every exchange is appended to `log` as a JSON line when it ends. */
export async function startStandIn(log: string): Promise<StandIn> {
  const exchanges: Exchange[] = [];
  const script: Script = {};
  const server = createServer((request, response) => {
    serve(request, response, exchanges, script, log).catch((error: unknown) => {
      appendFileSync(log, `${JSON.stringify({ standInFailed: String(error) })}\n`);
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: portOf(server),
    exchanges,
    say: (more) => void Object.assign(script, more),
    until: (fits, ms = 30_000) => waitFor(() => exchanges.find(fits), ms),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the stand-in has no port');
  return address.port;
}

/** Returns what `look` finds, asked every 50 ms. Throws after `ms`. */
export async function waitFor<T>(look: () => T | undefined, ms: number): Promise<T> {
  const end = Date.now() + ms;
  while (Date.now() < end) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing after ${ms} ms: ${look}`);
}

/** Keys that begin with "side: " answer only requests without tools (a compaction of Codex), the others only those with tools. */
function keysFor(body: Body, script: Script): string[] {
  const hasTools = Array.isArray(body.tools) && body.tools.length > 0;
  return Object.keys(script).filter((key) => key.startsWith('side: ') !== hasTools);
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  exchanges: Exchange[],
  script: Script,
  log: string,
): Promise<void> {
  const raw = await readBody(request);
  const path = (request.url ?? '').split('?')[0] ?? '';
  if (request.method !== 'POST') return sendJson(response, { data: [], models: [] });
  if (path.endsWith('/count_tokens')) return sendJson(response, { input_tokens: 10 });
  const messages = path.endsWith('/messages');
  if (!messages && !path.endsWith('/responses')) return sendJson(response, {});
  const body: Body = JSON.parse(raw);
  const said = messages ? saidInMessages(body) : saidInInput(body);
  const known = place(said, keysFor(body, script));
  const next = known ? (script[known.key]?.[known.step] ?? afterTheScript) : sideReply;
  const scripted = typeof next === 'function' ? next(body) : next;
  const exchange: Exchange = { seq: exchanges.length, path, body, ...known, reply: scripted, answered: false };
  exchanges.push(exchange);
  try {
    if (messages) await answerMessages(body, response, scripted, exchange.seq);
    else await answerResponses(response, scripted, exchange.seq);
    exchange.answered = !response.destroyed || response.writableFinished;
  } finally {
    appendFileSync(log, `${JSON.stringify({ ...exchange, at: Date.now() })}\n`);
  }
}
