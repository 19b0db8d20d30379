import { isAbsolute, resolve } from 'node:path';
import { fail } from '../../errors.ts';
import type { Host } from '../../host.ts';

export type Protocol = 'https' | 'http' | 'ssh' | 'git' | 'file';

/** Where a remote is. */
export interface RemoteUrl {
  protocol: Protocol;
  /** What git is given: it begins with no dash and holds no secret. */
  given: string;
  /** What people are shown. */
  shown: string;
  /** Host in small letters; '' for a path. */
  host: string;
  /** Path on the host, without a slash in front; for `file` absolute. */
  path: string;
}

const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//;
const helper = /^[A-Za-z0-9+.-]+::/;
const scp = /^(?:([A-Za-z0-9][A-Za-z0-9._-]*)@)?(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9][A-Za-z0-9._-]*):(?!\/\/)(.+)$/;
const drive = /^[A-Za-z]:[\\/]/;
const protocols: readonly string[] = ['https', 'http', 'ssh', 'git', 'file'] satisfies Protocol[];
/** Names of tokens, and what is too long or too mixed to be a user's name: people paste them in front of the @. */
const tokenLike = /^(gh[a-z]_|github_pat_|glpat-|x-access-token|oauth2?$|x-token-auth)|^(?=.*\d)[A-Za-z0-9_-]{20,}$/i;

/**
 * Returns a remote's URL taken apart: http(s), ssh, git and file URLs, `[user@]host:path`, and paths, relative ones from the working
 * folder. Throws `bad-url` for anything else, for options in disguise, and for credentials, which it never repeats.
 */
export function readUrl(host: Host, text: string): RemoteUrl {
  if (text === '' || text.length > 2_000 || /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffd]/.test(text))
    throw bad('it is empty, too long, or holds control characters');
  if (text.startsWith('-')) throw bad('it begins with a dash');
  if (helper.test(text)) throw bad('helpers such as ext:: run programs');
  const protocol = scheme.exec(text)?.[1]?.toLowerCase();
  if (protocol === 'file') return fileUrl(text.slice('file://'.length), text);
  if (protocol !== undefined) return webUrl(protocol, text);
  if (isAbsolute(text) || /^\.{1,2}([\\/]|$)/.test(text)) return fileUrl(resolve(host.cwd, text));
  if (/^~[\\/]/.test(text)) return fileUrl(resolve(host.home, text.slice(2)));
  if (host.platform === 'win32' && drive.test(text)) return fileUrl(resolve(text));
  const [, user, name, path] = scp.exec(text) ?? [];
  if (!name || !path) throw bad('it is neither a URL nor host:path; a folder begins with / or ./');
  if (path.startsWith('-')) throw bad('its path begins with a dash');
  if (user !== undefined && tokenLike.test(user)) throw credentials();
  return { protocol: 'ssh', given: text, shown: text, host: name.toLowerCase(), path: path.replace(/^\/+/, '') };
}

function fileUrl(path: string, given = path): RemoteUrl {
  if (!isAbsolute(path)) throw bad('a file:// URL has an absolute path: file:///folder');
  return { protocol: 'file', given, shown: given, host: '', path };
}

function webUrl(protocol: string, text: string): RemoteUrl {
  if (!protocols.includes(protocol)) throw bad(`${protocol}:// is not one of https, ssh, git, http, file`);
  const url = parsed(text);
  if (url.password !== '' || text.slice(0, text.indexOf('/', protocol.length + 3) >>> 0).includes(':@')) throw credentials();
  if (protocol !== 'ssh' && url.username !== '' && tokenLike.test(decodeURIComponent(url.username))) throw credentials();
  if (url.search !== '' || url.hash !== '' || text.includes('?') || text.includes('#')) throw bad('it has a query (?) or a fragment (#)');
  if (!/^(\[[0-9a-f:.]+\]|[a-z0-9][a-z0-9._-]*)$/i.test(url.hostname)) throw bad('its host is not a name');
  if (url.username !== '' && !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(url.username)) throw bad('its user is not a name');
  if (url.pathname === '' || url.pathname === '/' || /^\/+-/.test(url.pathname))
    throw bad('it has no path, or one that begins with a dash');
  const path = url.pathname.replace(/^\/+/, '');
  return { protocol: protocol as Protocol, given: text, shown: text, host: url.hostname.toLowerCase(), path };
}

function parsed(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw bad('it cannot be read as a URL');
  }
}

const bad = (reason: string) => fail('bad-url', { reason });
const credentials = () => fail('url-credentials');

/** Hosts whose repositories can be read by anybody under the same path over https, when they are public. */
const openHosts = new Set(['github.com', 'gitlab.com', 'bitbucket.org', 'codeberg.org', 'gitea.com', 'git.sr.ht']);

/** Returns the URL under which anybody could read a remote if it were public; undefined where there is none. */
export function publicForm(url: RemoteUrl): RemoteUrl | undefined {
  if (url.protocol === 'git') return url;
  if (url.protocol === 'ssh') return openHosts.has(url.host) ? plain('https', url.host, url.path) : undefined;
  if (url.protocol === 'file') return undefined;
  const { host } = new URL(url.given);
  return plain(url.protocol, host, url.path);
}

function plain(protocol: 'https' | 'http', host: string, path: string): RemoteUrl {
  const given = `${protocol}://${host}/${path}`;
  return { protocol, given, shown: given, host: host.replace(/:\d+$/, ''), path };
}
