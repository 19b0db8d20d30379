import { ConvoError } from '../../errors.ts';
import { parseCard } from '../../model/card-page.ts';
import { parseConversation } from '../../model/conversation.ts';
import { headOf } from '../../model/page/head.ts';
import { parseProfile } from '../../model/profile.ts';
import type { GitObject, Oid } from '../git.ts';
import { conversationFile, readTurnFile } from '../layout.ts';
import { decodeCommit, decodeTree, fileMode, type TreeEntry, treeMode } from '../objects.ts';
import { newEntries, type ReadObject } from './new-entries.ts';
import { badContent } from './quarantine.ts';
import { conversationOf, kindOf } from './remote.ts';
import { type FileKind, type Folder, type Shape, shapes } from './shapes.ts';

/** What came into the quarantine, over what the store holds. */
export interface Incoming {
  /** Type and size of every object that came; perhaps also of some that the store holds. */
  readonly came: ReadonlyMap<Oid, { type: string; size: number }>;
  /** Returns an object, of the store too; undefined when it is nowhere. Throws on a damaged one. */
  read(oid: Oid): Promise<GitObject | undefined>;
  close(): Promise<void>;
}

const maxCommit = 1 << 20;
const maxTree = 16 << 20;
const maxParents = 16;
const recently = 256;
/** A page's frontmatter is at most 64 KB. */
const headBytes = 80 << 10;

/** The check of one fetch: what several refs share is looked at once. */
export interface FetchCheck {
  /**
   * Throws `bad-remote-content` unless everything that a ref leads to is there, whole, of bounded size, in a place where convo puts it,
   * and reads as what stands there. Only what came is read, and of the store what it was made from.
   */
  ref(ref: string, tip: Oid): Promise<void>;
  /** Returns what came and no ref that was checked leads to: once it were in the store, a ref that leads there would pass. */
  strays(): Oid[];
}

/** Returns the check of what came. */
export function checkFetched(incoming: Incoming): FetchCheck {
  const checked = new Map<string, Set<Oid>>();
  const seen = new Set<Oid>();
  const check = async (ref: string, tip: Oid) => {
    const kind = kindOf(ref);
    if (kind === undefined) throw badContent(`${ref} is no ref of convo`);
    const done = checked.get(kind) ?? new Set();
    checked.set(kind, done);
    try {
      await new Walk(incoming, shapes[kind], done, seen).commits(tip);
      if (kind === 'turns') await assertConversation(incoming, ref, tip);
    } catch (error) {
      if (error instanceof ConvoError && (error.code === 'bad-object' || error.code === 'bad-page')) throw badContent(told(error));
      throw error;
    }
  };
  return { ref: check, strays: () => [...incoming.came.keys()].filter((oid) => !seen.has(oid)) };
}

const told = ({ code, data }: ConvoError) => (code === 'bad-object' ? `object ${data.oid}: ${data.reason}` : String(data.reason));

class Walk {
  readonly #incoming: Incoming;
  readonly #root: Folder;
  readonly #done: Set<Oid>;
  readonly #seen: Set<Oid>;
  /** A commit's trees are read for it, and for the one behind it. */
  readonly #recent = new Map<Oid, Uint8Array>();

  constructor(incoming: Incoming, root: Folder, done: Set<Oid>, seen: Set<Oid>) {
    this.#incoming = incoming;
    this.#root = root;
    this.#done = done;
    this.#seen = seen;
  }

  /** Checks a commit, and those before it that came too. */
  async commits(tip: Oid): Promise<void> {
    const waiting = [tip];
    for (let oid = waiting.pop(); oid !== undefined; oid = waiting.pop()) {
      if (this.#done.has(oid)) continue;
      this.#done.add(oid);
      const content = await this.read(oid, 'commit', 'a ref');
      const commit = decodeCommit(content, oid);
      if (content.includes(0)) throw badContent(`commit ${oid} holds a NUL`);
      if (commit.parents.length > maxParents) throw badContent(`commit ${oid} has ${commit.parents.length} parents`);
      if (this.#incoming.came.has(oid)) {
        const parents: Oid[] = [];
        for (const parent of commit.parents) parents.push(decodeCommit(await this.read(parent, 'commit', `commit ${oid}`), parent).tree);
        await this.#tree(commit.tree, parents);
        waiting.push(...commit.parents);
      } else this.#names(await this.read(commit.tree, 'tree', 'a commit'), commit.tree, this.#root, '');
    }
  }

  /** Returns an object that has to be there, with the type that it has to have. */
  read: ReadObject = async (oid, type, by) => {
    this.#seen.add(oid);
    const recent = type === 'blob' ? undefined : this.#recent.get(oid);
    if (recent) return recent;
    const came = this.#incoming.came.get(oid);
    if (came && came.type !== type) throw badContent(`${oid} is a ${came.type}, but ${by} needs a ${type}`);
    const max = type === 'commit' ? maxCommit : type === 'tree' ? maxTree : Number.POSITIVE_INFINITY;
    if (came && came.size > max) throw badContent(`${type} ${oid} has ${came.size} bytes`);
    const found = await this.#incoming.read(oid);
    if (!found) throw badContent(`${type} ${oid} is missing, but ${by || 'a commit'} needs it`);
    if (found.type !== type) throw badContent(`${oid} is a ${found.type}, but ${by || 'a commit'} needs a ${type}`);
    if (type !== 'blob') this.#remember(oid, found.content);
    return found.content;
  };

  #remember(oid: Oid, content: Uint8Array): void {
    if (this.#recent.size >= recently) for (const first of [...this.#recent.keys()].slice(0, recently / 2)) this.#recent.delete(first);
    this.#recent.set(oid, content);
  }

  async #tree(tree: Oid, parents: readonly Oid[]): Promise<void> {
    const folders = new Map<string, Folder>([['', this.#root]]);
    const read: ReadObject = async (oid, type, folder) => {
      const content = await this.read(oid, type, folder || 'a commit');
      const shape = folders.get(folder);
      if (type === 'tree' && shape && this.#incoming.came.has(oid)) this.#names(content, oid, shape, folder);
      return content;
    };
    for await (const { path, name, mode, oid } of newEntries(read, tree, parents)) {
      const shape = shapeAt(folders.get(path.slice(0, path.length - name.length)), name, mode, path);
      if ('folder' in shape) folders.set(`${path}/`, shape.folder);
      else await this.#file(path, name, oid, shape);
    }
  }

  /** The names of a folder that came: each allowed, in git's order, none twice. */
  #names(content: Uint8Array, oid: Oid, folder: Folder, at: string): void {
    let last: Buffer | undefined;
    const seen = new Set<string>();
    for (const row of decodeTree(content, oid)) {
      shapeAt(folder, row.name, row.mode, at + row.name);
      const key = Buffer.from(row.mode === treeMode ? `${row.name}/` : row.name);
      if (seen.has(row.name) || (last && Buffer.compare(last, key) >= 0))
        throw badContent(`tree ${oid} is not in git's order at ${at}${row.name}`);
      seen.add(row.name);
      last = key;
    }
  }

  async #file(path: string, name: string, oid: Oid, { file, max }: Extract<Shape, { file: FileKind }>): Promise<void> {
    const came = this.#incoming.came.get(oid);
    if (came && came.size > max) throw badContent(`${path} has ${came.size} bytes`);
    if (came && came.type !== 'blob') throw badContent(`${path} is a ${came.type}`);
    this.#seen.add(oid);
    if (came && file === 'bytes') return;
    if (!came && file === 'bytes') return void (await this.read(oid, 'blob', path));
    const content = await this.read(oid, 'blob', path);
    try {
      readers[file](Buffer.from(content.buffer, content.byteOffset, content.length), name);
    } catch (error) {
      if (error instanceof ConvoError && error.code === 'bad-page') throw badContent(`${path}: ${told(error)}`);
      throw error;
    }
  }
}

/** Returns what may stand at a place; throws for what may not. Names are shown as JSON: they may hold anything. */
function shapeAt(folder: Folder | undefined, name: string, mode: TreeEntry['mode'], path: string): Shape {
  const shape = folder?.(name);
  const shown = JSON.stringify(path.slice(0, 200));
  if (!shape) throw badContent(`${shown} is no place of convo's`);
  if (mode !== ('folder' in shape ? treeMode : fileMode)) throw badContent(`${shown} has the mode ${mode.slice(0, 8)}`);
  return shape;
}

const readers: Record<FileKind, (bytes: Buffer, name: string) => void> = {
  page(bytes, name) {
    const { id, n, role } = headOf(bytes.subarray(0, headBytes).toString('utf8'));
    const file = readTurnFile(name);
    if (file?.id !== id || file.n !== n || file.role !== role) throw badContent(`the page of turn ${n} stands under the name ${name}`);
  },
  conversation: (bytes) => void parseConversation(bytes.toString('utf8')),
  card(bytes, name) {
    const { id } = parseCard(bytes.toString('utf8'));
    if (`${id}.md` !== name) throw badContent(`the card of ${id} stands under the name ${name}`);
  },
  profile: (bytes) => void parseProfile(bytes.toString('utf8')),
  bytes: () => {},
};

/** A branch holds the conversation that its name says. */
async function assertConversation(incoming: Incoming, ref: string, tip: Oid): Promise<void> {
  const commit = await incoming.read(tip);
  const tree = commit && (await incoming.read(decodeCommit(commit.content).tree));
  const row = tree && decodeTree(tree.content).find(({ name }) => name === conversationFile);
  const page = row && (await incoming.read(row.oid));
  if (!page) throw badContent(`it has no ${conversationFile}`);
  const { tool, id } = parseConversation(Buffer.from(page.content).toString('utf8'));
  if (`${tool}/${id}` !== conversationOf(ref)) throw badContent(`it holds the conversation ${tool}/${id}`);
}
