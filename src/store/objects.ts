import { builtin } from '../builtin.ts';
import { fail } from '../errors.ts';
import type { ObjectType, Oid } from './git.ts';

/** One row of a tree. `mode` is octal as git stores it: `100644`, `40000`. */
export interface TreeEntry {
  mode: string;
  name: string;
  oid: Oid;
}

export interface CommitObject {
  tree: Oid;
  parents: Oid[];
  author: string;
  /** Seconds since 1970, of the author. */
  time: number;
  message: string;
}

export const treeMode = '40000';
export const fileMode = '100644';
export const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904' as Oid;

const hex40 = /^[0-9a-f]{40}$/;

/** Tells whether a string is a full object id. */
export function isOid(text: string): text is Oid {
  return hex40.test(text);
}

/** Returns the bytes in front of an object's content, over which its id is made too: `<type> <size>\0`. */
export function objectHeader(type: ObjectType, content: Uint8Array): Uint8Array {
  return Buffer.from(`${type} ${content.length}\0`, 'latin1');
}

/** Content up to this size is hashed in one call, behind its header in memory that is used again. */
const short = 16 << 10;
const mostHeader = 32;
let room: Buffer | undefined;

/** Returns the 20 bytes of a SHA-1. */
export const sha1 = (bytes: Uint8Array): Uint8Array => builtin.crypto.hash('sha1', bytes, 'buffer');

/** Returns the id of an object: sha1 of header and content. */
export function objectId(type: ObjectType, content: Uint8Array): Oid {
  if (content.length > short)
    return builtin.crypto.createHash('sha1').update(objectHeader(type, content)).update(content).digest('hex') as Oid;
  room ??= Buffer.allocUnsafeSlow(mostHeader + short);
  const begin = room.write(`${type} ${content.length}\0`, 'latin1');
  room.set(content, begin);
  return builtin.crypto.hash('sha1', room.subarray(0, begin + content.length)) as Oid;
}

const keyOf = ({ mode, name }: TreeEntry) => (mode === treeMode ? `${name}/` : name);

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));
const byUnits = (a: string, b: string) => (a < b ? -1 : Number(a > b));

/** Strings are ordered by UTF-16, which differs from the order of UTF-8's bytes behind a surrogate alone. */
function inGitOrder(entries: readonly TreeEntry[]): readonly TreeEntry[] {
  const keys = entries.map(keyOf);
  const order = /[\ud800-\udfff]/.test(keys.join('')) ? byBytes : byUnits;
  if (keys.every((key, at) => at === 0 || order(keys[at - 1] ?? '', key) < 0)) return entries;
  return [...entries].sort((a, b) => order(keyOf(a), keyOf(b)));
}

/** Returns the bytes of a tree's row. */
export const encodeRow = ({ mode, name, oid }: TreeEntry): Uint8Array =>
  Buffer.concat([Buffer.from(`${mode} ${name}\0`, 'utf8'), Buffer.from(oid, 'hex')]);

/** Returns the content of a tree, its rows in git's order: by bytes, a folder's name as if it ended in `/`. */
export function encodeTree(entries: readonly TreeEntry[]): Uint8Array {
  return Buffer.concat(inGitOrder(entries).map(encodeRow));
}

/** Returns the rows of a tree in their stored order; throws `bad-object` when the bytes are no tree. */
export function decodeTree(content: Uint8Array, oid?: Oid): TreeEntry[] {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.length);
  const entries: TreeEntry[] = [];
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const nul = bytes.indexOf(0, space + 1);
    const end = nul + 21;
    if (space < 0 || nul < 0 || end > bytes.length)
      throw fail('bad-object', { oid: oid ?? objectId('tree', content), reason: 'its tree is cut off' });
    const name = bytes.toString('utf8', space + 1, nul);
    if (Buffer.byteLength(name) !== nul - space - 1 || (name.includes('\ufffd') && !isUtf8(bytes.subarray(space + 1, nul)))) {
      throw fail('bad-object', { oid: oid ?? objectId('tree', content), reason: 'its tree holds a name that is not UTF-8' });
    }
    entries.push({ mode: bytes.toString('latin1', at, space), name, oid: bytes.toString('hex', nul + 1, end) as Oid });
    at = end;
  }
  return entries;
}

function isUtf8(bytes: Uint8Array): boolean {
  return Buffer.from(Buffer.from(bytes).toString('utf8'), 'utf8').equals(bytes);
}

/** Returns what a commit says; throws `bad-object` when the bytes are no commit. */
export function decodeCommit(content: Uint8Array, oid?: Oid): CommitObject {
  const text = Buffer.from(content.buffer, content.byteOffset, content.length).toString('utf8');
  const blank = text.indexOf('\n\n');
  const head = blank < 0 ? text : text.slice(0, blank + 1);
  const tree = /^tree ([0-9a-f]{40})\n/.exec(head)?.[1];
  const author = /\nauthor (.*?) ?<[^<>\n]*> (\d+) [+-]\d{4}\n/.exec(head);
  if (!tree || !author)
    throw fail('bad-object', { oid: oid ?? objectId('commit', content), reason: 'its commit has no tree or no author' });
  return {
    tree: tree as Oid,
    parents: [...head.matchAll(/\nparent ([0-9a-f]{40})(?=\n)/g)].map((match) => match[1] as Oid),
    author: author[1] ?? '',
    time: Number(author[2]),
    message: blank < 0 ? '' : text.slice(blank + 2),
  };
}
