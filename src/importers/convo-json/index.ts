import { ConvoError, fail } from '../../errors.ts';
import type { Host } from '../../host.ts';
import {
  type ConversationFile,
  conversationSchema,
  type FileAgent,
  type FileBranch,
  readConversationFile,
} from '../../model/export/conversation-file.ts';
import { readToolId, type ToolId, type TurnId } from '../../model/ids.ts';
import type { Turn } from '../../model/turn.ts';
import type { Cursor, Exported, Facts, Importer, ReadContext, ScanEvent, Source, TurnOutline } from '../importer.ts';
import { readHead } from '../kit/head.ts';

/** What V8 takes as one string is about half a gigabyte. */
const most = 256 << 20;
/** A source is one branch of the file, or one sub-agent: several may tell the same turn otherwise. */
const marks = { branch: '#', agent: '@' } as const;

/**
 * Returns the tool of a conversation that `convo export --to json` wrote, undefined for any other file. Throws when it cannot be read.
 */
export async function exportedTool(path: string, host: Host): Promise<ToolId | undefined> {
  if (!/\.json$/i.test(path) || !(await isFile(path, host))) return undefined;
  const head = Buffer.from(await readHead(path, host)).toString('utf8');
  if (!new RegExp(`^\\ufeff?\\s*\\{\\s*"schema":\\s*"${conversationSchema}"`).test(head)) return undefined;
  const [, tool = ''] = /"conversation":\s*\{\s*"tool":\s*"([a-z0-9-]+)"/.exec(head) ?? [];
  return readToolId(tool);
}

async function isFile(path: string, { fs }: Host): Promise<boolean> {
  try {
    return (await fs.stat(path)).isFile();
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return false;
    throw fail('cannot-read', { path, reason: error instanceof Error ? error.message : String(error) }, error);
  }
}

/**
 * Returns the importer of conversations of a tool that convo itself wrote (`model/export/conversation-file.ts`). Turns and ids are adopted as
 * they are, never derived anew. Nothing goes to raw: the file has pages, not the tool's records.
 */
export function convoJson(tool: ToolId): Importer {
  const read = readOnce();
  return {
    tool,
    title: 'a convo export',
    generation: 1,
    roots: () => [],
    async *discover() {},
    sniff: (path, host) => sniff(path, host, read),
    scan: (source, context) => scan(source, context, read),
    turns: (source, context, _cursor, ids) => turns(source, context, ids, read),
    async *records() {},
  };
}

type Read = (bytes: Uint8Array) => ConversationFile;

/** Every branch of a file reads it again: the same bytes are taken apart once. */
function readOnce(): Read {
  let last: { bytes: Uint8Array; file: ConversationFile } | undefined;
  return (bytes) => {
    if (last && Buffer.compare(bytes, last.bytes) === 0) return last.file;
    last = { bytes, file: readConversationFile(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')) };
    return last.file;
  };
}

/** Throws where the file is one of ours and broken: what the user named is imported whole or not at all. */
async function* sniff(path: string, host: Host, read: Read): AsyncIterable<Source> {
  const tool = await exportedTool(path, host);
  if (!tool) return;
  const stat = await host.fs.stat(path);
  if (stat.size > most) throw tooLarge(path);
  const file = read(await host.fs.readFile(path));
  const stamp = { dev: stat.dev, inode: stat.ino, size: stat.size, mtimeMs: stat.mtimeMs, companions: '' };
  const source = (mark: string, name: string): Source => ({ tool, key: `${path}${mark}${name}`, path, stamp, given: true });
  for (const { name } of file.branches) yield source(marks.branch, name);
  for (const { id } of file.agents) yield source(marks.agent, id);
}

const tooLarge = (path: string) => fail('cannot-read', { path, reason: 'a convo export is 256 MB at most' });

async function* scan(source: Source, context: ReadContext, read: Read): AsyncIterable<ScanEvent> {
  const bytes = await wholeOf(context);
  const cursor: Cursor = { offset: 0, tail: '', lines: 0, state: null };
  const counts = { records: 0, inTurns: 0, rawOnly: 0 };
  const found = find(bytes, source, read);
  if ('thread' in found) yield { type: 'outline', facts: factsOf(found), turns: outlineOf(found.thread.turns), cursor, counts };
  else {
    const skipped = { file: source.path, offset: 0, length: bytes.length, reason: found.reason, kept: false };
    yield { type: 'skipped', skipped };
    yield { type: 'outline', facts: { native: source.path, parents: [], answered: false }, turns: [], cursor, counts };
  }
}

async function* turns(source: Source, context: ReadContext, ids: ReadonlySet<TurnId>, read: Read): AsyncIterable<Turn> {
  const found = find(await wholeOf(context), source, read);
  if (!('thread' in found)) return;
  for (const [at, turn] of found.thread.turns.entries())
    if (ids.has(turn.id)) yield { ...turn, n: 0, parent: found.thread.turns[at - 1]?.id ?? null };
}

async function wholeOf({ open }: ReadContext): Promise<Uint8Array> {
  const bytes = await open();
  try {
    return Uint8Array.from(await bytes.read(0, Math.min(bytes.size, most)));
  } finally {
    await bytes.close();
  }
}

interface Found {
  file: ConversationFile;
  thread: FileBranch | FileAgent;
}

/** What a source is of its file; the reason where the file does not tell it. */
function find(bytes: Uint8Array, { key, path }: Source, read: Read): Found | { reason: string } {
  const [mark, name] = [key.charAt(path.length), key.slice(path.length + 1)];
  try {
    const file = read(bytes);
    const thread = mark === marks.agent ? file.agents.find(({ id }) => id === name) : file.branches.find((one) => one.name === name);
    return thread ? { file, thread } : { reason: `it tells no ${name}` };
  } catch (error) {
    if (error instanceof ConvoError && error.code === 'bad-export') return { reason: String(error.data.reason) };
    throw error;
  }
}

const nativeOf = ({ tool, id }: ConversationFile, { native, name }: FileBranch): string => native ?? `${tool}/${id}/${name}`;

function factsOf({ file, thread }: Found): Facts {
  const { origin, title, project, active, branches } = file;
  const answered = thread.turns.some(({ role }, at) => role === 'assistant' && at > 0);
  const [main] = branches;
  if ('id' in thread) {
    const of = main ? nativeOf(file, main) : '';
    return { native: of, parents: [], agent: { id: thread.id, of }, answered };
  }
  const last = thread.turns.at(-1);
  const isRemote = /^[\w-]+(?:\.[\w-]+)+\/./.test(project);
  return {
    native: nativeOf(file, thread),
    root: origin,
    // Branches are placed in the order of the file, so they are the same ones elsewhere.
    parents: branches.slice(0, branches.indexOf(thread)).map((branch) => nativeOf(file, branch)),
    ...(title === '' ? {} : { title }),
    ...(project === '' ? {} : isRemote ? { remote: `https://${project}` } : { folder: project }),
    ...(last && thread.name === active ? { active: last.id } : {}),
    exported: exportedOf(file, thread),
    answered,
  };
}

function exportedOf({ titled, labels, tags, links, active, branches }: ConversationFile, { name, label }: FileBranch): Exported {
  // A thread alone is told under whatever name the import gives it.
  const named = branches.some((branch) => branch.name === 'main') ? { branch: name } : {};
  return { ...named, ...(label === undefined ? {} : { label }), active: name === active, titled, labels, tags, links };
}

function outlineOf(turns: readonly Turn[]): TurnOutline[] {
  return turns.map(({ id, role, records, time, steps }, at) => {
    const began = Date.parse(time ?? '');
    const agents = steps.flatMap(({ parts }) => parts.flatMap((part) => (part.kind === 'tool-call' ? (part.agents ?? []) : [])));
    return {
      ...{ id, parent: turns[at - 1]?.id ?? null, role, records, state: 'ended', agents, ordinals: [at, at] },
      ...(Number.isNaN(began) ? {} : { time: began }),
    };
  });
}
