import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Body } from './body.ts';

/** Sends one server-sent event. */
export type Sender = (type: string, data: Body) => void;

/** Starts a stream of server-sent events and returns what sends one. */
export function startStream(response: ServerResponse): Sender {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  return (type, data) => {
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  };
}

export function sendJson(response: ServerResponse, value: Body, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

/** Returns the whole body of a request. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
