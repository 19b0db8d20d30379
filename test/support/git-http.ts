import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

export interface HttpOptions {
  /** Who may come in: without it everybody may. */
  user?: { name: string; password: string };
  /** Bare repositories without it cannot be pushed to. */
  push?: boolean;
  /** Answers as an old server does, which knows no protocol v2. */
  old?: boolean;
  /** Told of every request: method, path with query, and whether it had credentials. */
  seen?(request: { method: string; url: string; authorized: boolean; bytes: number }): void;
  /** Cuts the answer to a request off after so many bytes. */
  cut?(url: string): number | undefined;
}

/** Serves the repositories of a folder over http by `git http-backend` until the test ends; returns the URL of the folder. */
export async function serveHttp(t: Pick<TestContext, 'after'>, root: string, options: HttpOptions = {}): Promise<string> {
  const server = createServer((request, response) => answer(request, response, root, options));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function answer(request: IncomingMessage, response: ServerResponse, root: string, options: HttpOptions): void {
  const { method = 'GET', url = '/', headers } = request;
  const { user } = options;
  const authorized =
    user !== undefined && headers.authorization === `Basic ${Buffer.from(`${user.name}:${user.password}`).toString('base64')}`;
  let bytes = 0;
  request.on('data', (piece: Buffer) => {
    bytes += piece.length;
  });
  request.on('end', () => options.seen?.({ method, url, authorized: headers.authorization !== undefined, bytes }));
  if (user && !authorized) {
    request.resume();
    response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="git"' }).end('no\n');
    return;
  }
  const [path = '', query = ''] = url.split('?');
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'http.receivepack',
      GIT_CONFIG_VALUE_0: String(options.push !== false),
      PATH_INFO: decodeURIComponent(path),
      QUERY_STRING: query,
      REQUEST_METHOD: method,
      REMOTE_ADDR: '127.0.0.1',
      CONTENT_TYPE: headers['content-type'] ?? '',
      ...(headers['content-length'] === undefined ? {} : { CONTENT_LENGTH: headers['content-length'] }),
      ...(headers['content-encoding'] === undefined ? {} : { HTTP_CONTENT_ENCODING: headers['content-encoding'] }),
      ...(headers['git-protocol'] === undefined || options.old ? {} : { GIT_PROTOCOL: String(headers['git-protocol']) }),
    },
  });
  request.pipe(backend.stdin);
  backend.stdin.on('error', () => undefined);
  relay(backend.stdout, response, options.cut?.(url));
}

/** CGI: headers, a blank line, the body. */
function relay(from: NodeJS.ReadableStream, response: ServerResponse, cut: number | undefined): void {
  let head = Buffer.alloc(0);
  let sent = 0;
  let begun = false;
  const send = (piece: Buffer) => {
    sent += piece.length;
    if (cut !== undefined && sent > cut) response.destroy();
    else response.write(piece);
  };
  from.on('data', (piece: Buffer) => {
    if (begun) return send(piece);
    head = Buffer.concat([head, piece]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    const fields = head
      .toString('latin1', 0, end)
      .split('\r\n')
      .map((line) => line.split(': ', 2) as [string, string]);
    const status = Number(fields.find(([name]) => name === 'Status')?.[1].slice(0, 3) ?? 200);
    response.writeHead(status, Object.fromEntries(fields.filter(([name]) => name !== 'Status')));
    begun = true;
    send(head.subarray(end + 4));
  });
  from.on('end', () => response.end());
}
