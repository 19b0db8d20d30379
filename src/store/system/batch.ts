import { fail } from '../../errors.ts';
import type { GitObject, ObjectType, Oid } from '../git.ts';
import { type Git, type GitProcess, gitFailed, startGit } from './spawn.ts';

/** What `cat-file --batch` said of a name; `missing` has to be looked into: git says it of more than what is absent. */
export type Answer = GitObject | 'missing';

interface Question {
  name: string;
  resolve: (answer: Answer) => void;
  reject: (error: unknown) => void;
}

const foundLine = /^([0-9a-f]{40}) (commit|tree|blob|tag) (\d+)$/;
const lf = 0x0a;

/** Bytes that arrived and were not taken yet. */
class ByteQueue {
  #pieces: Buffer[] = [];
  #length = 0;

  push(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#length += piece.length;
  }

  #joined(): Buffer {
    const [first, ...more] = this.#pieces;
    const all = first && more.length === 0 ? first : Buffer.concat(this.#pieces);
    this.#pieces = [all];
    return all;
  }

  #drop(size: number): void {
    this.#pieces = [this.#joined().subarray(size)];
    this.#length -= size;
  }

  /** Returns the next line without its LF, undefined while it is not complete. */
  line(): string | undefined {
    const all = this.#joined();
    const end = all.indexOf(lf);
    if (end < 0) return undefined;
    const text = all.toString('utf8', 0, end);
    this.#drop(end + 1);
    return text;
  }

  /** Returns a copy of the next `size` bytes and drops the one behind them; undefined while they are not there. */
  takeBlock(size: number): Uint8Array | undefined {
    if (this.#length < size + 1) return undefined;
    const content = Uint8Array.prototype.slice.call(this.#joined(), 0, size);
    this.#drop(size + 1);
    return content;
  }
}

/** One `git cat-file --batch`: questions are answered in their order. */
export interface Batch {
  ask(name: string): Promise<Answer>;
  readonly running: boolean;
  /** What git said on stderr so far. */
  complaint(): string;
  close(): Promise<void>;
}

/** Starts the process; it ends when `close` is called, or when git stumbles over an object. */
export function startBatch(git: Git): Batch {
  const process = startGit(git, ['cat-file', '--batch', '-z']);
  const waiting: Question[] = [];
  const queue = new ByteQueue();
  let head: { oid: Oid; type: string; size: number } | undefined;
  let running = true;

  const step = (): boolean => {
    if (head) {
      const content = queue.takeBlock(head.size);
      if (!content) return false;
      settleObject(head.oid, head.type, content, waiting.shift());
      head = undefined;
      return true;
    }
    const line = queue.line();
    if (line === undefined) return false;
    const [, oid, type, size] = foundLine.exec(line) ?? [];
    if (oid && type && size) head = { oid: oid as Oid, type, size: Number(size) };
    else settleLine(line, waiting.shift());
    return true;
  };
  process.child.stdout.on('data', (piece: Buffer) => {
    queue.push(piece);
    while (step());
  });
  void process.ended.then((code) => {
    running = false;
    for (const question of waiting.splice(0)) question.reject(broken(process, question.name, code));
  });
  return {
    get running() {
      return running;
    },
    complaint: process.complaint,
    ask: (name) =>
      new Promise((resolve, reject) => {
        if (!running) return reject(broken(process, name, undefined));
        waiting.push({ name, resolve, reject });
        process.child.stdin.write(`${name}\0`);
      }),
    close: async () => {
      process.child.stdin.end();
      await process.ended;
    },
  };
}

function settleObject(oid: Oid, type: string, content: Uint8Array, question: Question | undefined): void {
  if (type === 'tag') question?.reject(fail('bad-object', { oid, reason: 'it is a tag, which convo does not store' }));
  else question?.resolve({ oid, type: type as ObjectType, content });
}

function settleLine(line: string, question: Question | undefined): void {
  if (!question) return;
  if (line === `${question.name} missing`) question.resolve('missing');
  else question.reject(gitFailed('cat-file', line));
}

function broken(process: GitProcess, name: string, code: number | undefined): Error {
  const complaint = process.complaint();
  return complaint === '' ? gitFailed('cat-file', complaint, code) : fail('bad-object', { oid: name, reason: complaint });
}
