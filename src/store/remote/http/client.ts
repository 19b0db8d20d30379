import { join } from 'node:path';
import { ConvoError, fail } from '../../../errors.ts';
import type { Host } from '../../../host.ts';
import { readIfThere } from '../../files.ts';
import type { RemoteUrl } from '../url.ts';

export interface Answer {
  status: number;
  type: string;
  /** It was asked with a user and a password. */
  authorized: boolean;
  body: AsyncIterable<Uint8Array>;
}

/** Requests to one repository. Throws `remote-failed` when the server cannot be reached. */
export interface HttpClient {
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, type: string, body: Uint8Array, headers?: Record<string, string>): Promise<Answer>;
}

const redirects = 5;
const moved = new Set([301, 302, 303, 307, 308]);

/**
 * Returns a client for a remote. The first request may be redirected, as git has it, never to another scheme but https; credentials come
 * from ~/.netrc, for that host alone, when the server asks for some. `anonymous`: it never sends any.
 */
export function httpClient(host: Host, url: RemoteUrl, anonymous = false): HttpClient {
  let base = url.given.replace(/\/+$/, '').replace(/\/\/[^@/]*@/, '//');
  let authorization: string | undefined;

  const send = async (to: string, init: RequestInit): Promise<Response> => {
    try {
      const headers = {
        'User-Agent': 'git/convo',
        ...(init.headers as Record<string, string>),
        ...(authorization && { Authorization: authorization }),
      };
      return await fetch(to, { ...init, headers, redirect: 'manual', signal: host.signal });
    } catch (error) {
      throw fail('remote-failed', { url: url.shown, reason: reasonOf(error) }, error);
    }
  };
  const get = async (path: string, headers: Record<string, string> = {}): Promise<Answer> => {
    for (let left = redirects; ; left -= 1) {
      const response = await send(base + path, { headers });
      if (response.status === 401 && authorization === undefined && !anonymous) {
        authorization = await credentialsFor(host, new URL(base).hostname, new URL(url.given).username);
        if (authorization !== undefined) continue;
      }
      const location = moved.has(response.status) ? response.headers.get('location') : null;
      if (location === null || left <= 0) return answerOf(response, url, authorization !== undefined);
      const next = new URL(location, base + path).href;
      const safe = next.startsWith('https:') || (next.startsWith('http:') && base.startsWith('http:'));
      if (!next.endsWith(path) || !safe) throw fail('remote-failed', { url: url.shown, reason: `it leads to ${next.slice(0, 200)}` });
      if (new URL(next).host !== new URL(base).host) authorization = undefined;
      base = next.slice(0, -path.length);
    }
  };
  return {
    get,
    post: async (path, type, body, headers = {}) =>
      answerOf(
        await send(base + path, { method: 'POST', body, headers: { 'Content-Type': type, ...headers } }),
        url,
        authorization !== undefined,
      ),
  };
}

const answerOf = (response: Response, url: RemoteUrl, authorized: boolean): Answer => ({
  status: response.status,
  authorized,
  type: response.headers.get('content-type') ?? '',
  body: bodyOf(response, url),
});

async function* bodyOf({ body }: Response, url: RemoteUrl): AsyncGenerator<Uint8Array> {
  try {
    yield* (body ?? []) as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw error instanceof ConvoError ? error : fail('remote-failed', { url: url.shown, reason: reasonOf(error) }, error);
  }
}

/** What stands behind "fetch failed": the name of the failure of the socket. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof Error) return 'code' in cause && cause.message === '' ? String(cause.code) : cause.message;
  return String(cause);
}

/** Returns the header for the user that ~/.netrc names for a host (the format of ftp(1)), undefined without one. */
async function credentialsFor(host: Host, name: string, user: string): Promise<string | undefined> {
  const file = join(host.home, host.platform === 'win32' ? '_netrc' : '.netrc');
  const words = ((await readIfThere(host.fs, file))?.toString('utf8') ?? '').replace(/^\s*#.*$/gm, '').split(/\s+/);
  for (let at = words.indexOf('machine'); at >= 0; at = words.indexOf('machine', at + 1)) {
    if (words[at + 1]?.toLowerCase() !== name.toLowerCase()) continue;
    const end = words.indexOf('machine', at + 1);
    const row = words.slice(at + 2, end < 0 ? undefined : end);
    const [login, password] = ['login', 'password'].map((key) => row[row.indexOf(key) + 1]);
    if (row.includes('login') && row.includes('password') && (user === '' || user === login))
      return `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;
  }
  return undefined;
}
