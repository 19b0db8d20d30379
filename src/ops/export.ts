import { extname, resolve } from 'node:path';
import { anthropicMessages } from '../model/export/anthropic.ts';
import { leftOutText, threadMarkdown } from '../model/export/markdown.ts';
import { openAiMessages } from '../model/export/openai.ts';
import type { Thread } from '../model/export/thread.ts';
import { statIfThere } from '../store/files.ts';
import type { Context } from './context.ts';
import { type StoredConversation, storedConversation } from './export/conversation.ts';
import { exportable, libraryFiles } from './export/library.ts';
import { type NewFile, writeNewFile, writeNewFiles } from './export/new-files.ts';
import { threadOfTarget } from './export/thread.ts';
import { type GraphNode, graphOf } from './graph.ts';
import { type ConversationHead, findTarget, headOfTarget, type Target } from './target.ts';

export const exportFormats = ['markdown', 'html', 'json', 'openai', 'anthropic'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export interface ExportInput {
  /** Nothing = the current conversation. */
  revision: string;
  /** Absent: by the ending of `output`, else markdown. */
  to?: ExportFormat;
  /** A file, or a folder where it ends with `/` or is one; absent: the document is the result. */
  output?: string;
  /** Writes over what is there. */
  force: boolean;
}

export interface ExportResult {
  format: ExportFormat;
  /** What was exported; absent where it was the whole library. */
  one?: { name: string; conversation: ConversationHead; turns: number };
  /** Of the whole library. */
  conversations?: number;
  /** The document, where it was written nowhere. */
  text?: string;
  /** A file or a folder that was written: its whole path, and how much stands there. */
  written?: { path: string; files: number; size: number };
}

/** What makes documents that are made as what is shown is made. */
export interface Renderers {
  json(conversation: StoredConversation): string;
  html(page: { thread: Thread; graph: readonly GraphNode[]; now: number }): string;
}

/** Puts a thread into a document, and writes it where that is asked for. Throws `path-taken`, `cannot-write`. */
export async function exportThread(context: Context, input: ExportInput, renderers: Renderers): Promise<ExportResult> {
  const { revision, to, output, force } = input;
  const { host } = context;
  const target = await findTarget(context, revision);
  const thread = await threadOfTarget(context, target);
  const format = to ?? formatOf(output);
  const path = output === undefined ? undefined : resolve(host.cwd, output);
  const told = { format, one: { name: thread.name, conversation: headOfTarget(target), turns: thread.turns.length } };
  if (path !== undefined && format === 'markdown' && (/[\\/]$/.test(output ?? '') || (await statIfThere(host.fs, path))?.isDirectory()))
    return { ...told, written: { path, ...(await writeNewFiles(host.fs, path, folderOf(thread), force)) } };
  const { text, leftOut } = await rendered(context, target, thread, format, renderers);
  if (leftOut > 0) context.warn(leftOutText(leftOut));
  if (path === undefined) return { ...told, text };
  await writeNewFile(host.fs, path, text, force);
  return { ...told, written: { path, files: 1, size: Buffer.byteLength(text) } };
}

/** Writes every conversation into a folder, as a tree of markdown. Throws `path-taken`, `cannot-write`. */
export async function exportLibrary(context: Context, folder: string, force: boolean): Promise<ExportResult> {
  const entries = await exportable(context);
  const path = resolve(context.host.cwd, folder);
  const written = await writeNewFiles(context.host.fs, path, libraryFiles(context, entries), force);
  return { format: 'markdown', conversations: entries.length, written: { path, ...written } };
}

const endings: Readonly<Record<string, ExportFormat>> = {
  '.md': 'markdown',
  '.markdown': 'markdown',
  '.html': 'html',
  '.htm': 'html',
  '.json': 'json',
  '.jsonl': 'openai',
};

const formatOf = (output = ''): ExportFormat => endings[extname(output).toLowerCase()] ?? 'markdown';

async function rendered(
  context: Context,
  target: Target,
  thread: Thread,
  format: ExportFormat,
  { json, html }: Renderers,
): Promise<{ text: string; leftOut: number }> {
  const whole = (text: string) => ({ text, leftOut: 0 });
  const lines = (messages: readonly unknown[]) => whole(messages.map((message) => `${JSON.stringify(message)}\n`).join(''));
  switch (format) {
    case 'markdown':
      return threadMarkdown(thread);
    case 'html':
      return whole(html({ thread, graph: await graphOf(context, target.entry), now: context.host.now() }));
    case 'json':
      return whole(json(await storedConversation(context, target)));
    case 'openai':
      return lines(openAiMessages(thread.turns));
    case 'anthropic':
      return lines(anthropicMessages(thread.turns));
  }
}

function* folderOf(thread: Thread): Iterable<NewFile> {
  const { text, attachments } = threadMarkdown(thread, 'attachments/');
  yield { path: 'README.md', bytes: text };
  for (const { name, bytes } of attachments) yield { path: `attachments/${name}`, bytes };
}
