import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { keepText } from '../claim.ts';
import { assertText, identityLines } from '../commit.ts';
import {
  cannotWrite,
  listIfThere,
  nonce,
  privateFile,
  privateFolder,
  removeIfThere,
  removeTree,
  statIfThere,
  syncFolder,
} from '../files.ts';
import type { CommitText, Named, NewCommit, ObjectWriter, Oid, Written } from '../git.ts';
import { assertPath } from '../names.ts';
import { isOid } from '../objects.ts';
import { type Git, type GitProcess, gitFailed, startGit } from './spawn.ts';

/** The branch of the scratch repository on which all commits are made; reset at the end, so it is never written. */
const branch = 'refs/heads/scratch';
/** Bytes gathered before they go to git, and bytes that may wait for it before the caller has to. */
const chunk = 64 * 1024;
const ahead = 4 << 20;

/**
 * A repository of its own that borrows the store's objects: git writes its pack, and when it fails its crash report and its
 * ref, in there. So a writer that dies leaves nothing in the store, and only `finish` brings the pack over.
 */
async function makeScratch(git: Git, folder: string): Promise<string> {
  const { fs } = git.host;
  const path = join(folder, `write-${nonce()}`);
  try {
    for (const part of ['', 'refs', 'objects', 'objects/pack', 'objects/info']) await fs.mkdir(join(path, part), { mode: privateFolder });
    await fs.writeFile(join(path, 'objects/info/alternates'), `${join(git.gitdir, 'objects')}\n`, { mode: privateFile });
    await fs.writeFile(join(path, 'HEAD'), 'ref: refs/heads/none\n', { mode: privateFile });
  } catch (error) {
    throw cannotWrite(path, error);
  }
  return path;
}

/**
 * Moves the packs into the store: each .pack before its .idx, because git takes an .idx for a sign that both are there. The
 * .keep comes first and goes last: a repack that meets a .pack would delete it with what it could not see of it yet.
 */
async function adoptPacks(git: Git, scratch: string): Promise<void> {
  const { fs } = git.host;
  const from = join(scratch, 'objects/pack');
  const to = join(git.gitdir, 'objects/pack');
  const names = (await listIfThere(fs, from))
    .filter((name) => /^pack-[0-9a-f]+\.idx$/.test(name))
    .map((name) => name.slice(0, -'.idx'.length));
  const keeps = names.map((name) => join(to, `${name}.keep`));
  try {
    for (const keep of keeps) await fs.writeFile(keep, keepText(dirname(scratch)), { mode: privateFile });
    for (const name of names) {
      await fs.rename(join(from, `${name}.pack`), join(to, `${name}.pack`));
      await fs.rename(join(from, `${name}.idx`), join(to, `${name}.idx`));
    }
  } catch (error) {
    for (const name of names) if (await statIfThere(fs, join(from, `${name}.idx`))) await removeIfThere(fs, join(to, `${name}.pack`));
    for (const keep of keeps) await removeIfThere(fs, keep);
    throw cannotWrite(to, error);
  }
  await syncFolder(fs, to);
  for (const keep of keeps) await removeIfThere(fs, keep);
}

/** A writer whose process can be waited for. */
export interface SystemWriter extends ObjectWriter {
  readonly ended: Promise<unknown>;
}

/** C-style quoting of git-fast-import(1), for paths that need it. */
const quoted = (path: string) => (/^"|[\\]/.test(path) ? `"${path.replace(/[\\"]/g, '\\$&')}"` : path);

/** Returns a writer over one `fast-import`; `folder` is where its scratch repository may stand. */
export async function fastImportWriter(git: Git, folder: string): Promise<SystemWriter> {
  const scratch = await makeScratch(git, folder);
  const command = [
    '-c',
    'fastimport.unpackLimit=0',
    '-c',
    'pack.compression=1',
    'fast-import',
    '--done',
    '--quiet',
    '--depth=0',
    '--date-format=raw',
  ];
  return new FastImport(git, scratch, startGit({ ...git, gitdir: scratch }, command));
}

class FastImport implements SystemWriter {
  readonly ended: Promise<number>;
  readonly #git: Git;
  readonly #scratch: string;
  readonly #process: GitProcess;
  #pending: (Uint8Array | string)[] = [];
  #bytes = 0;
  #marks = 0;
  #said = '';
  readonly #answers = new Map<number, Promise<string>>();
  #lines: ((line: string) => void)[] = [];
  #over = false;

  constructor(git: Git, scratch: string, process: GitProcess) {
    this.#git = git;
    this.#scratch = scratch;
    this.#process = process;
    this.ended = process.ended;
    process.child.stdout.setEncoding('latin1').on('data', (text: string) => this.#hear(text));
    void process.ended.then(() => {
      this.#over = true;
      for (const listener of this.#lines.splice(0)) listener('');
    });
  }

  /** Answers come in the order of the questions (`get-mark`, `ls`). */
  #hear(text: string): void {
    const lines = (this.#said + text).split('\n');
    this.#said = lines.pop() ?? '';
    for (const line of lines) this.#lines.shift()?.(line);
  }

  #ask(question: string): Promise<string> {
    const answer = new Promise<string>((resolve) => this.#lines.push(resolve));
    this.#put(question);
    return answer;
  }

  #put(piece: Uint8Array | string): void {
    this.#pending.push(piece);
    this.#bytes += piece.length;
  }

  async #flush(limit: number): Promise<void> {
    if (this.#over) throw await this.#failure();
    if (this.#bytes <= limit) return;
    const { stdin } = this.#process.child;
    stdin.cork();
    for (const piece of this.#pending) stdin.write(piece);
    stdin.uncork();
    this.#pending = [];
    this.#bytes = 0;
    if (stdin.writableLength > ahead) await Promise.race([new Promise((resolve) => stdin.once('drain', resolve)), this.#process.ended]);
    else await setImmediate(); // what waits goes out between two chunks, so that git always has something to do
  }

  async #failure(): Promise<Error> {
    const code = await this.#process.ended;
    await this.#remove();
    return gitFailed('fast-import', this.#process.complaint().split('\n')[0] ?? '', code);
  }

  #mark(): Written {
    this.#marks += 1;
    return { mark: this.#marks };
  }

  /** Asks for an id. Of a commit it is asked as soon as it is written; the answer arrives while the next is being sent. */
  #note(written: Written): void {
    this.#answers.set(written.mark, this.#ask(`get-mark :${written.mark}\n`));
  }

  async blob(content: Uint8Array): Promise<Written> {
    const written = this.#mark();
    this.#put(`blob\nmark :${written.mark}\ndata ${content.length}\n`);
    this.#put(content);
    this.#put('\n');
    await this.#flush(chunk);
    return written;
  }

  async commit(commit: NewCommit): Promise<Written> {
    assertText(commit.text);
    for (const [path] of commit.changes) assertPath(path);
    const base = await this.#base(commit);
    const written = this.#mark();
    const [first, ...others] = commit.parents.map(reference);
    if (first === undefined) this.#put(`reset ${branch}\n\n`);
    this.#put(commitHead(written, commit.text));
    if (first !== undefined) this.#put(`from ${first}\n${others.map((parent) => `merge ${parent}\n`).join('')}`);
    this.#put(base);
    this.#put(`${commit.changes.map(([path, blob]) => change(path, blob)).join('')}\n`);
    this.#note(written);
    await this.#flush(chunk);
    return written;
  }

  /** Returns the commands that put another tree than the first parent's under a commit. */
  async #base({ parents, base }: NewCommit): Promise<string> {
    if (base === undefined) return '';
    if (base === null) return parents.length === 0 ? '' : 'deleteall\n';
    if (parents[0] && reference(base) === reference(parents[0])) return '';
    const answer = this.#ask(`ls ${reference(base)} ""\n`);
    await this.#flush(0);
    const tree = /^040000 tree ([0-9a-f]{40})\t/.exec(await answer)?.[1];
    if (tree) return `M 040000 ${tree} ""\n`;
    throw this.#over ? await this.#failure() : gitFailed('fast-import', `no tree of ${reference(base)}`);
  }

  async id(written: Written): Promise<Oid> {
    if (written.mark < 1 || written.mark > this.#marks) throw unknownMark(written);
    if (!this.#answers.has(written.mark)) this.#note(written);
    await this.#flush(0);
    const oid = await this.#answers.get(written.mark);
    if (oid !== undefined && isOid(oid)) return oid;
    throw await this.#failure();
  }

  async finish(): Promise<(written: Written) => Oid> {
    this.#put(`reset ${branch}\n\ndone\n`);
    await this.#flush(0);
    this.#process.child.stdin.end();
    const code = await this.#process.ended;
    const oids = new Map<number, Oid>();
    for (const [mark, answer] of this.#answers) {
      const oid = await answer;
      if (isOid(oid)) oids.set(mark, oid);
    }
    if (code !== 0 || oids.size !== this.#answers.size) throw await this.#failure();
    await adoptPacks(this.#git, this.#scratch);
    await this.#remove();
    return (written) => {
      const oid = oids.get(written.mark);
      if (oid === undefined) throw unknownMark(written);
      return oid;
    };
  }

  async abort(): Promise<void> {
    this.#process.child.kill('SIGKILL');
    await this.#process.ended;
    await this.#remove();
  }

  #remove(): Promise<void> {
    return removeTree(this.#git.host.fs, this.#scratch);
  }
}

const unknownMark = ({ mark }: Written) => new TypeError(`No object was written under mark ${mark}`);

const reference = (named: Named) => (typeof named === 'string' ? named : `:${named.mark}`);

function commitHead({ mark }: Written, text: CommitText): string {
  const message = Buffer.byteLength(text.message);
  return `commit ${branch}\nmark :${mark}\n${identityLines(text)}data ${message}\n${text.message}\n`;
}

function change(path: string, blob: Named | null): string {
  return blob === null ? `D ${quoted(path)}\n` : `M 100644 ${reference(blob)} ${quoted(path)}\n`;
}
