import { ConvoError, fail } from '../errors.ts';
import { shellWord } from '../model/shell-word.ts';
import type { BranchEntry, Entry, StoredTurn } from '../store/entry.ts';
import type { Oid } from '../store/git.ts';
import { conversationsOf } from '../store/joined.ts';
import type { NamedAgent } from './agent.ts';
import { near } from './near.ts';

/** `<conversation>[/<branch>][@<turn>[.<step>]]` or `...@<turn>/<agent>[@<turn>[.<step>]]`, taken apart. */
export interface Revision {
  /** As typed: `` and `@` are the current conversation, `@-` the one before it. */
  conversation: string;
  branch?: string;
  turn?: string;
  /** A sub-agent that the turn started: the step is one of its turn. */
  agent?: NamedAgent;
  step?: number;
}

/** The conversations that `@` and `@-` stand for. */
export interface Currents {
  current?: Place;
  before?: Place;
}

export interface Place {
  entry: Entry;
  /** Absent: the active branch. */
  branch?: string;
}

export interface Found {
  entry: Entry;
  branchEntry: BranchEntry;
  revision: Revision;
}

const turnSuffix = /^(.*)@(-?\d+|[0-9a-z]{1,12})(?:\.(\d+))?$/s;

const agentSuffix = /^(.*)@(-?\d+|[0-9a-z]{1,12})\/([\w-]{1,64})(?:@(-?\d+|[0-9a-z]{1,12})(?:\.(\d+))?)?$/s;

/** Returns the readings of a revision, the grammar's first: titles may hold `/` and `@` themselves. */
export function readRevision(text: string): Revision[] {
  const match = turnSuffix.exec(text);
  const readings = readAgent(text);
  if (match) {
    const turn = { turn: match[2] ?? '', ...(match[3] === undefined ? {} : { step: Number(match[3]) }) };
    readings.push(...readPlace(match[1] ?? '').map((place) => ({ ...place, ...turn })));
  }
  return [...readings, ...readPlace(text)];
}

function readAgent(text: string): Revision[] {
  const [, place, turn, name, own, step] = agentSuffix.exec(text) ?? [];
  if (place === undefined || turn === undefined || name === undefined) return [];
  const agent = { name, ...(own === undefined ? {} : { turn: own }) };
  return readPlace(place).map((revision) => ({ ...revision, turn, agent, ...(step === undefined ? {} : { step: Number(step) }) }));
}

function readPlace(text: string): Revision[] {
  const slash = text.lastIndexOf('/');
  if (slash < 0) return [{ conversation: text }];
  return [{ conversation: text.slice(0, slash), branch: text.slice(slash + 1) }, { conversation: text }];
}

/** Returns the conversation and branch that a revision names; throws `unknown-…`, `ambiguous-revision` or `no-conversations`. */
export function findPlace(entries: readonly Entry[], text: string, currents: Currents): Found {
  if (entries.length === 0) throw fail('no-conversations');
  let first: ConvoError | undefined;
  for (const revision of readRevision(text)) {
    const own = ownBranch(currents.current, revision);
    if (own) return own;
    try {
      const place = placeOf(entries, revision.conversation, currents);
      if (place) return { ...place, branchEntry: branchOf(place, revision.branch), revision };
    } catch (error) {
      if (!(error instanceof ConvoError)) throw error;
      first ??= error;
    }
  }
  throw first ?? unknown(entries, text);
}

/**
 * Returns the same, found among some conversations, where others could not change it: the current ones are known, or the first reading
 * begins an id. undefined for everything else, also for what is wrong.
 */
export function findSurely(some: readonly Entry[], text: string, currents: Currents): Found | undefined {
  const [revision] = readRevision(text);
  const own = revision && ownBranch(currents.current, revision);
  if (own) return own;
  if (!revision || !(['', '@', '@-'].includes(revision.conversation) || matches(some, revision.conversation, byIds).length === 1))
    return undefined;
  try {
    const place = placeOf(some, revision.conversation, currents);
    return place && { ...place, branchEntry: branchOf(place, revision.branch), revision };
  } catch (error) {
    if (!(error instanceof ConvoError)) throw error;
    return undefined; // told by `findPlace`, which knows all of them
  }
}

/** A word that is the whole name of a branch of the current conversation means that branch. */
function ownBranch(current: Place | undefined, revision: Revision): Found | undefined {
  if (!current || revision.branch !== undefined || revision.conversation === '') return undefined;
  const { entry } = current;
  const branchEntry = branchNamed(entry, revision.conversation);
  return branchEntry && { entry, branchEntry, revision: { ...revision, conversation: '', branch: branchEntry.name } };
}

const branchNamed = ({ branches }: Entry, name: string): BranchEntry | undefined =>
  branches.find((one) => one.name === name) ?? branches.find((one) => one.label === name);

function branchOf({ entry, branch }: Place, named: string | undefined): BranchEntry {
  const name = named ?? branch ?? entry.active;
  if (entry.branches.length === 0 && named === undefined) return { name, tip: '' as Oid, turns: 0 };
  const found = branchNamed(entry, name);
  if (!found) throw unknownBranch(entry, name);
  return found;
}

const titleHas = (entry: Entry, text: string) => entry.title.toLowerCase().includes(text.toLowerCase());

function placeOf(entries: readonly Entry[], name: string, { current, before }: Currents): Place | undefined {
  if (name === '' || name === '@') {
    if (!current) throw fail('no-conversations');
    return current;
  }
  if (name === '@-') {
    if (!before) throw fail('no-conversation-before');
    return before;
  }
  const found = matches(entries, name);
  if (found.length > 1) throw ambiguous(name, found);
  return found[0] && placeIn(found[0], name);
}

/** A conversation that is shown as a part of another is named by its own id still: then its branch is meant. */
function placeIn(entry: Entry, name: string): Place {
  const typed = name.toLowerCase();
  if (!entry.joined || entry.id.startsWith(typed)) return { entry };
  const part = entry.joined.find(({ id, natives }) => id.startsWith(typed) || natives.some((native) => native.startsWith(name)));
  return part ? { entry, branch: part.active } : { entry };
}

type Kind = (entry: Entry, name: string, typed: string) => boolean;

const byIds: readonly Kind[] = [
  (entry, _, typed) => conversationsOf(entry).some((id) => id === typed),
  (entry, name) => entry.natives.includes(name),
  (entry, _, typed) => conversationsOf(entry).some((id) => id.startsWith(typed)),
  (entry, _, typed) => entry.natives.some((native) => native.startsWith(typed)),
];
const byTitles: readonly Kind[] = [(entry, _, typed) => entry.title.toLowerCase() === typed, titleHas];

/** From the surest kind of name to the loosest; the first kind that matches anything decides. */
function matches(entries: readonly Entry[], name: string, kinds: readonly Kind[] = [...byIds, ...byTitles]): Entry[] {
  const typed = name.toLowerCase();
  for (const kind of kinds) {
    const found = entries.filter((entry) => kind(entry, name, typed));
    if (found.length > 0) return found;
  }
  return [];
}

function ambiguous(name: string, found: Entry[]) {
  const shown = found.slice(0, 8).map((entry) => `  ${entry.id}  ${entry.tool}  ${entry.title}`);
  if (found.length > shown.length) shown.push(`  and ${found.length - shown.length} more`);
  return fail('ambiguous-revision', { revision: name, candidates: shown.join('\n'), ids: found.map((entry) => entry.id) });
}

function unknown(entries: readonly Entry[], text: string) {
  const words = entries.flatMap((entry) => [entry.id, ...entry.title.split(/\s+/).filter((word) => word.length > 3)]);
  if (/^-?\d+$/.test(text)) return fail('unknown-revision', { revision: text, hint: `convo show @${text}` });
  const [best] = near(text, [...new Set(words)]);
  if (best === undefined) return fail('unknown-revision', { revision: text });
  return fail('unknown-revision', { revision: text, near: best, hint: `convo list --grep ${shellWord(best)}` });
}

function unknownBranch(entry: Entry, branch: string) {
  const names = entry.branches.map((one) => one.label ?? one.name);
  const [best] = near(branch, names);
  const data = { branch, conversation: entry.id, branches: names };
  return fail('unknown-branch', best === undefined ? data : { ...data, near: best });
}

/**
 * Returns the turn of a thread that is meant: a number, a negative number from the end, or a turn id prefix. `besides`: turns that
 * are meant when the thread has none of that name; `of`: the conversation, and the whole name of the thread.
 */
export function findTurn<Turn extends Pick<StoredTurn, 'id' | 'n'>>(
  thread: readonly Turn[],
  name: string,
  of: { id: string; revision?: string },
  besides: readonly Turn[] = [],
): Turn {
  const found = /^-?\d+$/.test(name) ? (byNumber(thread, Number(name)) ?? besides.find(({ n }) => n === Number(name))) : undefined;
  if (found) return found;
  const all = [...new Map([...besides, ...thread].map((turn) => [turn.id, turn])).values()];
  const byId = all.filter((turn) => turn.id.startsWith(name));
  if (byId.length > 1) throw fail('ambiguous-turn', { turn: name, candidates: byId.map((turn) => `${turn.n} (${turn.id})`).join(', ') });
  if (byId[0]) return byId[0];
  const data = { turn: name, conversation: of.id, revision: of.revision ?? of.id };
  const last = thread.at(-1);
  throw fail('unknown-turn', last ? { ...data, last: last.n } : data);
}

const byNumber = <Turn extends Pick<StoredTurn, 'n'>>(thread: readonly Turn[], n: number) =>
  n < 0 ? thread.at(n) : thread.findLast((turn) => turn.n === n);
