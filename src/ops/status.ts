import { ConvoError } from '../errors.ts';
import type { Entry } from '../store/entry.ts';
import { readBisect } from './bisect/state.ts';
import type { Context } from './context.ts';
import { type Chosen, currents } from './current.ts';
import type { FoundTool, UnplacedConversation } from './import-result.ts';
import { readMerge } from './merge/in-progress.ts';
import type { PrimaryStanding } from './sync-result.ts';

export interface StatusResult {
  /** Folder of the store. */
  store: string;
  /** False before the first import. */
  exists: boolean;
  conversations: number;
  turns: number;
  branches: number;
  /** Conversations of each tool, most first. */
  byTool: { tool: string; conversations: number }[];
  /** Tools found on this machine, and what is new there. */
  tools: FoundTool[];
  /** Conversations that are not here, for which the records of sources that were resumed from them wait. */
  unplaced: UnplacedConversation[];
  /** Turns in progress, newest first. */
  open: { id: string; title: string; tool: string; n: number; role: string; subject: string; time?: string }[];
  current?: { id: string; title: string; tool: string; branch?: string; by: Chosen['by'] };
  /** What `convo bisect` searches, and how many turns were judged. */
  bisect?: { id: string; branch: string; judged: number };
  /** How far the primary remote is, as it was fetched last. */
  remote?: PrimaryStanding;
  /** A merge that stopped at conflicts. */
  merging?: { from: string; into: string; conflicts: number };
}

export interface OverviewResult extends StatusResult {
  /** The newest conversations, at most five. */
  recent: Entry[];
}

/** Tells where the store is, what it holds, what is new in the tools' folders, and what is in progress. */
export async function status(context: Context): Promise<StatusResult> {
  const { recent: _, ...result } = await overview(context);
  return result;
}

/** The same, with the newest conversations. */
export async function overview(context: Context): Promise<OverviewResult> {
  const entries = await entriesOrNone(context);
  const writing = await context.writing();
  const tools = await writing.findTools(context);
  const known = entries ?? [];
  return {
    store: context.home,
    exists: entries !== undefined,
    conversations: known.length,
    turns: sum(known, (entry) => entry.turns),
    branches: sum(known, (entry) => entry.branches.length),
    byTool: byTool(known),
    tools,
    unplaced: entries ? await writing.unplaced(context) : [],
    open: openOf(known),
    ...currentOf(known, await currents(context, known)),
    ...(await remoteOf(context, entries !== undefined)),
    ...(await bisectOf(context)),
    ...(await mergingOf(context)),
    recent: known.filter((entry) => entry.answered).slice(0, 5),
  };
}

async function entriesOrNone(context: Context): Promise<Entry[] | undefined> {
  try {
    return await (await context.reader()).entries();
  } catch (error) {
    if (error instanceof ConvoError && error.code === 'no-store') return undefined;
    throw error;
  }
}

const sum = (entries: readonly Entry[], of: (entry: Entry) => number) => entries.reduce((total, entry) => total + of(entry), 0);

async function remoteOf(context: Context, exists: boolean): Promise<Pick<StatusResult, 'remote'>> {
  const remote = exists ? await (await context.writing()).aheadOfPrimary(context) : undefined;
  return remote ? { remote } : {};
}

async function mergingOf(context: Context): Promise<Pick<StatusResult, 'merging'>> {
  const standing = await readMerge(context);
  return standing ? { merging: { from: standing.from.name, into: standing.into.name, conflicts: standing.conflicts } } : {};
}

function byTool(entries: readonly Entry[]): StatusResult['byTool'] {
  const counts = new Map<string, number>();
  for (const { tool } of entries) counts.set(tool, (counts.get(tool) ?? 0) + 1);
  return [...counts].map(([tool, conversations]) => ({ tool, conversations })).sort((a, b) => b.conversations - a.conversations);
}

function openOf(entries: readonly Entry[]): StatusResult['open'] {
  return entries
    .flatMap(({ id, title, tool, open = [] }) =>
      open.map(({ n, role, subject, time }) => ({ id, title, tool, n, role, subject, ...(time === undefined ? {} : { time }) })),
    )
    .sort((a, b) => ((a.time ?? '') < (b.time ?? '') ? 1 : -1));
}

async function bisectOf(context: Context): Promise<Pick<StatusResult, 'bisect'>> {
  const state = await readBisect(context);
  return state ? { bisect: { id: state.conversation, branch: state.branch, judged: state.marks.length } } : {};
}

function currentOf(entries: readonly Entry[], chosen: Chosen): Pick<StatusResult, 'current'> {
  const place = entries.length > 0 ? chosen.current : undefined;
  if (!place) return {};
  const { id, title, tool } = place.entry;
  return { current: { id, title, tool, ...(place.branch && { branch: place.branch }), by: chosen.by } };
}
