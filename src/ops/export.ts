import { extname, join, resolve } from 'node:path';
import { fail } from '../errors.ts';
import { count } from '../model/count.ts';
import { anthropicMessages } from '../model/export/anthropic.ts';
import { type ChatLoss, chatOf } from '../model/export/chat.ts';
import { leftOutText, threadMarkdown } from '../model/export/markdown.ts';
import { openAiMessages } from '../model/export/openai.ts';
import type { Thread } from '../model/export/thread.ts';
import { statIfThere } from '../store/files.ts';
import type { Context } from './context.ts';
import { type StoredConversation, storedConversation } from './export/conversation.ts';
import { exportable, libraryFiles } from './export/library.ts';
import { writeLibrary } from './export/library-folder.ts';
import { makeWay, type NewFile, writeNewFile, writeNewFiles } from './export/new-files.ts';
import { threadOfTarget } from './export/thread.ts';
import { type GraphNode, graphOf } from './graph.ts';
import { type ConversationHead, findTarget, headOfTarget, type Target } from './target.ts';

export const exportFormats = ['markdown', 'html', 'json', 'openai', 'anthropic', 'claude-code', 'codex'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export interface ExportInput {
  /** Nothing = the current conversation. */
  revision: string;
  /** Absent: by the ending of `output`, else markdown. */
  to?: ExportFormat;
  /** A file, or a folder where it ends with `/` or is one; absent, or `-`: the document is the result. */
  output?: string;
  /** Writes over what is there. */
  force: boolean;
}

export interface ExportResult {
  format: ExportFormat;
  /** What was exported; absent where it was the whole library. */
  one?: ExportedOne;
  /** Of the whole library. */
  conversations?: number;
  /** The document, where it was written nowhere. */
  content?: Uint8Array;
  /** A file or a folder that was written: its whole path, and how much stands there. */
  written?: { path: string; files: number; size: number; since?: { changed: number; removed: number } };
}

export interface ExportedOne {
  name: string;
  conversation: ConversationHead;
  turns: number;
  /** How many branches the file tells, where it tells the whole conversation. */
  branches?: number;
}

/** What makes documents that are made as what is shown is made. */
export interface Renderers {
  json(conversation: StoredConversation): string;
  html(page: { thread: Thread; graph: readonly GraphNode[]; now: number }): { page: string; leftOut: number };
}

/** Puts a thread into a document, and writes it where that is asked for. Throws `path-taken`, `cannot-write`. */
export async function exportThread(context: Context, input: ExportInput, renderers: Renderers): Promise<ExportResult> {
  const { revision, to, force } = input;
  const output = input.output === '-' ? undefined : input.output;
  const { fs, cwd } = context.host;
  const target = await findTarget(context, revision);
  const thread = await threadOfTarget(context, target);
  const format = to ?? formatOf(output);
  const path = output === undefined ? undefined : resolve(cwd, output);
  const one: ExportedOne = { name: thread.name, conversation: headOfTarget(target), turns: thread.turns.length };
  const told = { format, one };
  const isFolder = path !== undefined && (/[\\/]$/.test(output ?? '') || (await statIfThere(fs, path))?.isDirectory() === true);
  const files = await filesOf({ context, revision, target, thread, isFolder, renderers, one }, format);
  if (path !== undefined && isFolder && (format === 'markdown' || isNative(format)))
    return { ...told, written: { path, ...(await writeNewFiles(fs, path, files, force)) } };
  const [first, second] = files;
  if (!first || second)
    throw fail('unknown-flag', { verb: 'export', message: `This is several files as ${format}: write them to -o <folder>/` });
  if (path === undefined) return { ...told, content: Buffer.from(first.bytes) };
  if (isFolder) await makeWay(fs, path, path, new Set());
  const file = isFolder ? join(path, `${target.entry.id}${endingOf(format)}`) : path;
  await writeNewFile(fs, file, first.bytes, force);
  return { ...told, written: { path: file, files: 1, size: Buffer.byteLength(first.bytes) } };
}

/** Writes every conversation into a folder, as a tree of markdown, or brings one that was written before up to date. Throws `path-taken`, `cannot-write`. */
export async function exportLibrary(context: Context, folder: string, force: boolean): Promise<ExportResult> {
  const { entries, isAbsent } = await exportable(context);
  const path = resolve(context.host.cwd, folder);
  const { kept, ...written } = await writeLibrary(context.host.fs, path, libraryFiles(context, entries), { force, stays: isAbsent });
  if (kept.length > 0)
    context.warn(`${count(kept.length, 'file')} kept as changed by somebody else (--force writes over them): ${someOf(kept)}`);
  return { format: 'markdown', conversations: entries.length, written: { path, ...written } };
}

const someOf = (names: readonly string[]): string =>
  [...names.slice(0, 3), ...(names.length > 3 ? [`and ${names.length - 3} more`] : [])].join(', ');

const endings: Readonly<Record<string, ExportFormat>> = {
  '.md': 'markdown',
  '.markdown': 'markdown',
  '.html': 'html',
  '.htm': 'html',
  '.json': 'json',
  '.jsonl': 'openai',
};

const endingOf = (format: ExportFormat): string => Object.entries(endings).find(([, one]) => one === format)?.[0] ?? '.jsonl';

const formatOf = (output = ''): ExportFormat => endings[extname(output).toLowerCase()] ?? 'markdown';

const isNative = (format: ExportFormat): format is 'claude-code' | 'codex' => format === 'claude-code' || format === 'codex';

interface Exporting {
  context: Context;
  revision: string;
  target: Target;
  thread: Thread;
  isFolder: boolean;
  renderers: Renderers;
  one: ExportedOne;
}

/** The files of a document, the main one first. */
async function filesOf(
  { context, revision, target, thread, isFolder, renderers, one }: Exporting,
  format: ExportFormat,
): Promise<NewFile[]> {
  const lines = (messages: readonly unknown[]) => messages.map((message) => `${JSON.stringify(message)}\n`).join('');
  const whole = (bytes: string): NewFile[] => [{ path: 'README.md', bytes }];
  switch (format) {
    case 'markdown':
      return markdownFiles(context, thread, isFolder);
    case 'html': {
      const { page, leftOut } = renderers.html({ thread, graph: await graphOf(context, target.entry), now: context.host.now() });
      if (leftOut > 0) context.warn(leftOutText(leftOut));
      return whole(page);
    }
    case 'json': {
      const conversation = await storedConversation(context, target, revision);
      if (!conversation.isThread) one.branches = conversation.branches.length;
      if (conversation.open > 0)
        context.warn(`${count(conversation.open, 'turn')} in progress ${conversation.open === 1 ? 'is' : 'are'} left out`);
      if (conversation.linked.length > 0)
        context.warn(
          `What it is shown as one with is not in this file: ${conversation.linked.map((id) => `convo export ${id}`).join(' · ')}`,
        );
      return whole(renderers.json(conversation));
    }
    case 'openai':
    case 'anthropic': {
      const chat = chatOf(thread.turns);
      tellLosses(context, [...chat.losses, ...agentLosses(thread)]);
      return whole(lines(format === 'openai' ? openAiMessages(chat) : anthropicMessages(chat)));
    }
    default:
      return nativeFiles(context, revision, format);
  }
}

function markdownFiles(context: Context, thread: Thread, isFolder: boolean): NewFile[] {
  const { text, attachments, leftOut } = threadMarkdown(thread, isFolder ? 'attachments/' : undefined);
  if (leftOut > 0) context.warn(leftOutText(leftOut));
  return [{ path: 'README.md', bytes: text }, ...attachments.map(({ name, bytes }) => ({ path: `attachments/${name}`, bytes }))];
}

/** As they stand below the tool's own folder; what does not come over as it was is a remark. */
async function nativeFiles(context: Context, revision: string, tool: string): Promise<NewFile[]> {
  const { written, fidelity } = await (await context.writing()).nativeOf(context, revision, tool);
  tellLosses(context, fidelity);
  return written.files;
}

function tellLosses(context: Context, losses: readonly { component: string; kept: string; count: number; why: string }[]): void {
  for (const { component, kept, count, why } of losses)
    if (kept === 'flattened' || kept === 'dropped') context.warn(`${component}: ${count} ${kept}, ${why}`);
}

const agentLosses = ({ agents }: Thread): ChatLoss[] =>
  agents.length === 0
    ? []
    : [{ component: 'sub-agents', kept: 'dropped', count: agents.length, why: 'what they came to stands in the result of their call' }];
