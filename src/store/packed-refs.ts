import { join } from 'node:path';
import { fail } from '../errors.ts';
import type { Host } from '../host.ts';
import { cannotRead, cannotWrite, createSynced, errno, isAbsent, nonce, readAt, syncFolder } from './files.ts';
import type { Oid, Ref } from './git.ts';
import { isOid } from './objects.ts';

const [lf, space, hash, caret] = [0x0a, 0x20, 0x23, 0x5e];
/** The first line of a packed-refs that git reads without looking up anything itself. */
export const packedHeader = '# pack-refs with: peeled fully-peeled sorted \n';
/** An object id and a space. */
const nameAt = 41;
/** Bytes that are read of a large file to find out where to go on; the longest line has to fit. */
const probe = 4096;
/** From this size on less than all is read. */
const large = 65_536;

/** Returns where a ref points that is in packed-refs now, undefined for one that is not. Throws `bad-object` on a line that is none. */
export function packedOid(host: Host, gitdir: string, name: string): Oid | undefined {
  const bytes = partOf(host, gitdir, name, `${name}\0`);
  const at = search(bytes, Buffer.from(name));
  const ref = at < bytes.length ? refAt(bytes, at) : undefined;
  return ref?.name === name ? ref.oid : undefined;
}

/** Returns the refs in packed-refs now whose names begin with a prefix, sorted as git sorts. Throws `bad-object` on a line that is none. */
export function packedBelow(host: Host, gitdir: string, prefix: string): Ref[] {
  const bytes = partOf(host, gitdir, prefix, `${prefix}\u{10ffff}`);
  const found: Ref[] = [];
  for (let at = search(bytes, Buffer.from(prefix)); at < bytes.length; at = endOf(bytes, at) + 1) {
    if (bytes[at] === caret) continue;
    const ref = refAt(bytes, at);
    if (!ref.name.startsWith(prefix)) break;
    found.push(ref);
  }
  return found;
}

/** Returns the lines of packed-refs as they are, what tags point to included: what a rewrite keeps. [] without the file. */
export function packedLines(host: Host, gitdir: string): string[] {
  return linesOf(withFile(host, gitdir, (file) => file.part(0, file.size)) ?? Buffer.alloc(0));
}

/** Replaces packed-refs by this text, by way of a file in `folder`; durable on return. Called under its lock. Throws `cannot-write`. */
export async function writePacked({ fs }: Host, gitdir: string, folder: string, text: string): Promise<void> {
  const path = join(gitdir, 'packed-refs');
  const temporary = join(folder, `packed-${nonce()}`);
  try {
    createSynced(fs, temporary, text);
    fs.renameSync(temporary, path);
  } catch (error) {
    throw cannotWrite(path, error);
  }
  await syncFolder(fs, gitdir);
}

interface PackedFile {
  size: number;
  part(from: number, to: number): Buffer;
}

/** What is done with the file sees it as it stood when it was opened: it is only ever replaced as a whole. */
function withFile<Result>({ fs }: Host, gitdir: string, read: (file: PackedFile) => Result): Result | undefined {
  const path = join(gitdir, 'packed-refs');
  try {
    const file = fs.openSync(path, 'r');
    try {
      return read({ size: fs.fstatSync(file).size, part: (from, to) => readAt(fs, file, from, to - from) });
    } finally {
      fs.closeSync(file);
    }
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw errno(error) === undefined ? error : cannotRead(path, error);
  }
}

/** Returns the lines, in order, among which stand all refs from a name on and before another one; of a large file little else. */
function partOf(host: Host, gitdir: string, from: string, to: string): Buffer {
  const part = withFile(host, gitdir, (file) => {
    const head = headOf(file.part(0, Math.min(file.size, probe)));
    if (!/ sorted( |$)/.test(head)) return inOrder(file.part(0, file.size));
    const start = head.length + 1;
    if (file.size <= large) return file.part(start, file.size);
    const [low, high] = narrow(file, start, Buffer.from(from), Buffer.from(to));
    return file.part(low, high);
  });
  return part ?? Buffer.alloc(0);
}

/** Returns two beginnings of lines: all refs from a name on and before another one stand between them, and not much else. */
function narrow(file: PackedFile, start: number, from: Buffer, to: Buffer): [low: number, high: number] {
  let [low, high] = [start, file.size];
  while (high - low > large) {
    const [at, bytes] = lineIn(file, low, high);
    if (bytes === undefined) break;
    if (compareAt(bytes, 0, from) < 0) low = at;
    else if (compareAt(bytes, 0, to) >= 0) high = at;
    else return [edge(file, low, at, from)[0], edge(file, at, high, to)[1]];
  }
  return [low, high];
}

/** Returns two beginnings of lines, not far from each other: the refs before the first are before a name, those from the second on are not. */
function edge(file: PackedFile, from: number, to: number, name: Buffer): [low: number, high: number] {
  let [low, high] = [from, to];
  while (high - low > large) {
    const [at, bytes] = lineIn(file, low, high);
    if (bytes === undefined) break;
    if (compareAt(bytes, 0, name) < 0) low = at;
    else high = at;
  }
  return [low, high];
}

/** Returns where a line begins in the middle between two places, and what stands there; undefined for a line as long as nothing that git or we make. */
function lineIn(file: PackedFile, low: number, high: number): [at: number, bytes: Buffer | undefined] {
  const middle = (low + high) >> 1;
  const bytes = file.part(middle, middle + probe);
  let at = endOf(bytes, 0) + 1;
  if (bytes[at] === caret) at = endOf(bytes, at) + 1;
  return [middle + at, endOf(bytes, at) >= bytes.length ? undefined : bytes.subarray(at)];
}

const endOf = (bytes: Buffer, at: number) => {
  const end = bytes.indexOf(lf, at);
  return end < 0 ? bytes.length : end;
};

/** Returns where the line of a byte begins. */
const lineOf = (bytes: Buffer, at: number) => (at <= 0 ? 0 : bytes.lastIndexOf(lf, at - 1) + 1);

/** Returns the first line where it says what kind of file it is, '' otherwise. */
const headOf = (bytes: Buffer) => (bytes[0] === hash ? bytes.toString('latin1', 0, endOf(bytes, 0)) : '');

const linesOf = (bytes: Buffer) => bytes.toString('utf8').split('\n').filter(Boolean);

/** Returns the refs of a file that does not say that it is sorted. */
function inOrder(bytes: Buffer): Buffer {
  const lines = linesOf(bytes).filter((line) => !line.startsWith('#') && !line.startsWith('^'));
  const named = lines.map((line) => Buffer.from(line)).sort((a, b) => a.compare(b, nameAt, b.length, nameAt, a.length));
  return Buffer.from(named.join('\n'));
}

/** Returns the ref of the line that begins here. */
function refAt(bytes: Buffer, at: number): Ref {
  const end = endOf(bytes, at);
  const oid = bytes.toString('latin1', at, at + nameAt - 1);
  if (!isOid(oid) || bytes[at + nameAt - 1] !== space || end <= at + nameAt)
    throw fail('bad-object', { oid: 'packed-refs', reason: `it holds the line "${bytes.toString('utf8', at, Math.min(end, at + 80))}"` });
  return { name: bytes.toString('utf8', at + nameAt, end), oid };
}

const compareAt = (bytes: Buffer, at: number, name: Buffer) => Buffer.from(refAt(bytes, at).name).compare(name);

/** Returns where the first ref that is not before a name begins: git sorts by bytes, and puts what a tag points to (`^`) into a line behind it. */
function search(bytes: Buffer, name: Buffer): number {
  let [low, high] = [0, bytes.length];
  while (low < high) {
    let at = lineOf(bytes, (low + high) >> 1);
    while (at > low && bytes[at] === caret) at = lineOf(bytes, at - 1);
    const end = endOf(bytes, at);
    if (bytes[at] === caret) low = end + 1;
    else if (compareAt(bytes, at, name) < 0) low = end + 1;
    else high = at;
  }
  return low;
}
