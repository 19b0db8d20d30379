import { builtin } from '../../builtin.ts';
import { fail } from '../../errors.ts';
import { cannotRead, isAbsent } from '../files.ts';
import type { GitObject, ObjectName, Oid } from '../git.ts';
import { loosePath } from '../loose.ts';
import { parseName } from '../names.ts';
import { decodeTree, isOid } from '../objects.ts';
import { settled } from '../pack-names.ts';
import { readRef } from '../refs.ts';
import { type Batch, startBatch } from './batch.ts';
import { directReader } from './direct.ts';
import type { Git } from './spawn.ts';

/** Objects asked for but not taken yet: enough to keep git busy, few enough to fit in memory. */
const window = 32;

export interface Reader {
  read(name: ObjectName): Promise<GitObject | undefined>;
  readMany(names: Iterable<ObjectName>): AsyncIterable<GitObject | undefined>;
  /** Says what the store holds now. */
  know(objects: readonly GitObject[]): void;
  close(): Promise<void>;
}

/**
 * Returns a reader over the packs, and for what is not found in them one lazily started `cat-file --batch`; it is started again when an
 * object made it stop.
 */
export function packsThenGit(git: Git): Reader {
  const direct = directReader(git);
  let batch: Batch | undefined;
  const ask = (name: string) => {
    if (!batch?.running) batch = startBatch(git);
    return batch.ask(name);
  };
  /** What git says now; undefined for what it does not find. */
  const answerTo = async (name: ObjectName): Promise<GitObject | undefined> => {
    const asked = ask(name);
    const complaint = batch?.complaint();
    const answer = await asked;
    if (answer !== 'missing') return answer;
    await builtin.timers.setImmediate(); // stderr was written before the answer: let it arrive
    if (batch && batch.complaint() !== complaint) throw fail('bad-object', { oid: name, reason: batch.complaint() });
    return undefined;
  };
  const read = async (name: ObjectName): Promise<GitObject | undefined> => {
    const found = await direct.read(name);
    if (found !== undefined) return found === 'absent' ? undefined : found;
    const parsed = parseName(name);
    const first = await answerTo(name).catch(() => undefined); // a failure that lasts is thrown below
    if (first) return first;
    if (!isOid(parsed.start) && (await readRef(git.host, git.gitdir, parsed.start)) === undefined) return undefined;
    const answer = await settled(git.host, git.gitdir, () => answerTo(name));
    if (answer) return answer;
    await assertAbsent(git, read, parsed);
    return undefined;
  };
  return {
    read,
    readMany: (names) => pipelined(names, read),
    know: (objects) => direct.know(objects),
    close: async () => {
      direct.close();
      await batch?.close();
      batch = undefined;
    },
  };
}

async function* pipelined<T, R>(items: Iterable<T>, start: (item: T) => Promise<R>): AsyncGenerator<R> {
  const running: Promise<R>[] = [];
  try {
    for (const item of items) {
      running.push(start(item));
      const first = running.length >= window ? running.shift() : undefined;
      if (first) yield await first;
    }
    for (let first = running.shift(); first; first = running.shift()) yield await first;
  } finally {
    await Promise.allSettled(running);
  }
}

/** Throws unless the thing named is really not there: git says "missing" of what it cannot read too. */
async function assertAbsent(git: Git, read: Reader['read'], name: ReturnType<typeof parseName>): Promise<void> {
  const { start, path } = name;
  const oid = isOid(start) ? start : await readRef(git.host, git.gitdir, start);
  if (oid === undefined) return;
  if (path !== undefined) return assertNotInTree(read, oid, path);
  if (!isOid(start) || name.tree) {
    if (!isOid(start) || (await read(oid))) throw fail('bad-object', { oid, reason: `${start} points to it, but it cannot be read` });
    return;
  }
  const loose = loosePath(git.gitdir, oid);
  try {
    git.host.fs.statSync(loose);
  } catch (error) {
    if (isAbsent(error)) return;
    throw cannotRead(loose, error);
  }
  throw fail('bad-object', { oid, reason: 'its file cannot be read' });
}

async function assertNotInTree(read: Reader['read'], start: Oid, path: string): Promise<void> {
  let tree = await read(`${start}^{tree}`);
  if (!tree) return;
  for (const part of path.split('/')) {
    const entry = decodeTree(tree.content).find((candidate) => candidate.name === part);
    if (!entry) return;
    const next = await read(entry.oid);
    if (!next) throw fail('bad-object', { oid: entry.oid, reason: `it is missing, but ${path} needs it` });
    if (next.type !== 'tree') return;
    tree = next;
  }
}
