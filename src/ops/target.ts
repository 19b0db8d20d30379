import type { ToolId, TurnId } from '../model/ids.ts';
import type { Turn } from '../model/turn.ts';
import { type BranchEntry, type Entry, homeOf, type OpenTurn, type Reader, type StoredTurn, shownBranches } from '../store/entry.ts';
import { agentTarget } from './agent.ts';
import type { Context } from './context.ts';
import { type Chosen, chosen, standing } from './current.ts';
import { currentThread, type ThreadTurn } from './in-progress.ts';
import { readRemotes } from './remote/settings.ts';
import { type Found, findPlace, findSurely, findTurn, readRevision } from './revision.ts';
import { wholeName } from './whole-name.ts';

/** What a revision stands for. */
export interface Target {
  /** What to put before `@<turn>` to name this place again: '' where the current conversation is meant. */
  name: string;
  entry: Entry;
  branch: BranchEntry;
  /** The revision names the branch, not only the conversation. */
  branchNamed?: boolean;
  /** The turns of the branch, root first. */
  thread: StoredTurn[];
  /** Turns of the branch that are in progress, oldest first. */
  open: OpenTurn[];
  /** The turns up to the newest one, root first; those in progress are among them. */
  current: ThreadTurn[];
  /** The working folder that it was recorded in. */
  folder?: string;
  /** No source on this machine tells it: it came from another one. */
  foreign?: boolean;
  /** The turn that the revision names. */
  turn?: ThreadTurn;
  step?: number;
  /** The sub-agent whose thread this is, and the number of the turn that started it. */
  agent?: { id: string; turn: number };
  /** Turns of that thread which only raw tells. */
  built?: ReadonlyMap<TurnId, Turn>;
}

/** A conversation at the head of what is shown of it. */
export interface ConversationHead {
  id: string;
  tool: ToolId;
  title: string;
  project: string;
  /** The name of the branch shown, and how many there are. */
  branch: string;
  branches: number;
  active: boolean;
  /** In progress ones of a sub-agent's thread count. */
  turns: number;
  /** The sub-agent whose thread it is, and the number of the turn that started it. */
  agent?: { id: string; turn: number };
  /** The working folder that it was recorded in, where this machine remembers it. */
  folder?: string;
  /** No source on this machine tells it: it came from another one. */
  foreign?: boolean;
  model?: string;
  started?: string;
  updated?: string;
  /** What people put on the conversation; not of a sub-agent's thread. */
  labels?: Pick<Entry, 'tags' | 'status' | 'priority' | 'intent'>;
}

/** Returns what a revision stands for; a current conversation that nobody chose is named as a remark. */
export async function findTarget(context: Context, text: string): Promise<Target> {
  const reader = await context.reader();
  const { found, currents } = await find(context, reader, text);
  const { entry, branchEntry, revision } = found;
  if (['', '@', '@-'].includes(revision.conversation)) remark(context, entry, currents);
  const whole = await targetOf(context, entry, branchEntry);
  const { thread, open, current } = whole;
  const turn =
    revision.turn === undefined
      ? undefined
      : findTurn(current, revision.turn, { id: entry.id, revision: wholeName(whole) }, [...thread, ...open]);
  const name = revision.conversation === '' || revision.conversation === '@' ? '' : entry.id;
  const place = branchEntry.name === entry.active ? name : `${name}/${branchEntry.name}`;
  const recorded = await reader.recorded(homeOf(entry, branchEntry).conversation);
  const target: Target = {
    ...whole,
    name: place,
    branchNamed: revision.branch !== undefined,
    ...(recorded?.folder === undefined ? {} : { folder: recorded.folder }),
    ...(recorded === undefined && (await readRemotes(context)).length > 0 ? { foreign: true } : {}),
    ...(turn && { turn }),
    ...(revision.step === undefined ? {} : { step: revision.step }),
  };
  return turn && revision.agent ? agentTarget(context, target, turn, revision.agent) : target;
}

/**
 * Returns the conversation and branch that a revision names. All conversations are looked through only where some do not settle it. What is
 * not here yet is fetched.
 */
export async function find(context: Context, reader: Reader, text: string): Promise<{ found: Found; currents: Chosen }> {
  const first = await look(context, reader, text);
  if (!first.found.entry.absent) return first;
  await (await context.writing()).bring(context, first.found.entry);
  return look(context, reader, text);
}

async function look(context: Context, reader: Reader, text: string): Promise<{ found: Found; currents: Chosen }> {
  const known = await standing(context);
  const names = [known.saved.current ?? '', known.saved.before ?? ''].map((place) => place.split('/', 1)[0] ?? '');
  const named = readRevision(text)[0]?.conversation ?? '';
  const some = await reader.someEntries({ names: [...names, named].filter((name) => /[^@-]/.test(name)), projects: known.here });
  if (some) {
    const currents = chosen(some, known);
    const found = findSurely(some, text, currents);
    if (found) return { found, currents };
  }
  const entries = await reader.entries();
  const currents = chosen(entries, known);
  return { found: findPlace(entries, text, currents), currents };
}

function remark(context: Context, entry: Entry, chosen: Chosen): void {
  const why = { switch: undefined, folder: "the newest of this folder's project", newest: 'the newest of all' }[chosen.by];
  if (why !== undefined) context.warn(`Reading ${entry.id} "${entry.title}", ${why}`);
}

/** Returns what a branch stands for, under its whole name. */
export async function targetOf(context: Context, entry: Entry, branch: BranchEntry): Promise<Target> {
  const thread = branch.turns === 0 ? [] : await (await context.reader()).thread(branch.tip);
  const open = openTurns(entry, branch);
  return { name: `${entry.id}/${branch.name}`, entry, branch, thread, open, current: currentThread(thread, open) };
}

type Head = Pick<Target, 'entry' | 'branch'> & Partial<Pick<Target, 'agent' | 'current' | 'folder' | 'foreign'>>;

/** Returns the head of a conversation on one of its branches, or in the thread of a sub-agent. */
export function headOfTarget({ entry, branch, agent, current = [], folder, foreign }: Head): ConversationHead {
  const { id, tool, title, project } = entry;
  const { model, started, updated = entry.updated } = agent ? {} : { model: entry.model, started: entry.started, updated: branch.updated };
  return {
    id,
    tool,
    title,
    project,
    branch: branch.label ?? branch.name,
    branches: shownBranches(entry).length,
    active: branch.name === entry.active,
    turns: agent ? current.length : branch.turns,
    ...(agent ? { agent } : {}),
    ...(folder === undefined ? {} : { folder }),
    ...(foreign ? { foreign } : {}),
    ...(model === undefined ? {} : { model }),
    ...(started === undefined ? {} : { started }),
    ...(updated === undefined ? {} : { updated }),
    ...(agent ? {} : { labels: { tags: entry.tags, status: entry.status, priority: entry.priority, intent: entry.intent } }),
  };
}

/** The turns of a branch that are in progress; one that two sources tell stands once. */
function openTurns({ open = [] }: Entry, { name }: BranchEntry): OpenTurn[] {
  const byId = new Map(open.filter(({ branch }) => branch === name).map((turn) => [turn.id, turn]));
  return [...byId.values()].sort((a, b) => a.n - b.n);
}
