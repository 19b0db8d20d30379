import type { ConversationId } from '../model/ids.ts';
import type { BranchEntry, Entry, Joined } from './entry.ts';

/**
 * Returns the entries with those that link each other as one, newest first: a fork that was imported before its parent was known is a
 * conversation of its own in the store, whose id it keeps (DESIGN 2.1); for people it is a line of its parent.
 */
export function joinLinked(entries: Entry[]): Entry[] {
  if (!entries.some(({ links }) => links)) return entries;
  const groups = linkedGroups(entries);
  const done = new Set<Entry[]>();
  return entries.flatMap((entry) => {
    const group = groups.get(entry.id);
    if (!group) return [entry];
    if (done.has(group)) return [];
    done.add(group);
    return [asOne(group)];
  });
}

/** Conversation → all that are linked with it; only of those that are linked with one that is there. */
function linkedGroups(entries: readonly Entry[]): Map<ConversationId, Entry[]> {
  const byId = new Map<string, Entry>(entries.map((entry) => [entry.id, entry]));
  const groups = new Map<ConversationId, Entry[]>();
  for (const entry of entries) {
    for (const link of entry.links ?? []) {
      const other = byId.get(link);
      if (!other || other === entry || other.tool !== entry.tool) continue;
      const [one, two] = [groups.get(entry.id) ?? [entry], groups.get(other.id) ?? [other]];
      if (one === two) continue;
      const whole = [...one, ...two];
      for (const { id } of whole) groups.set(id, whole);
    }
  }
  return groups;
}

const firstStarted = (a: Entry, b: Entry): number =>
  (a.started ?? '~') < (b.started ?? '~') ? -1 : a.started === b.started && a.id < b.id ? -1 : 1;

function asOne(group: readonly Entry[]): Entry {
  const [first, ...others] = [...group].sort(firstStarted);
  if (!first) throw new Error('a group of linked conversations has members');
  const renamed = new Map(others.map((entry) => [entry, (name: string) => (name === 'main' ? entry.id : `${entry.id}-${name}`)]));
  const nameOf = (entry: Entry, name: string) => renamed.get(entry)?.(name) ?? name;
  const newest = group.reduce((a, b) => ((b.updated ?? '') > (a.updated ?? '') ? b : a), first);
  const { id, tool, title, project, started, model } = first;
  const open = group.flatMap((entry) => (entry.open ?? []).map((turn) => ({ ...turn, branch: nameOf(entry, turn.branch) })));
  return {
    ...{ id, tool, title, project, started, updated: newest.updated, turns: newest.turns, model: newest.model ?? model },
    answered: group.some(({ answered }) => answered),
    active: nameOf(newest, newest.active),
    branches: [...first.branches, ...others.flatMap((entry) => entry.branches.map((branch) => ofOther(entry, branch, nameOf)))],
    natives: group.flatMap(({ natives }) => natives),
    ...labelsOf(first, newest, group),
    joined: others.map((entry): Joined => ({ id: entry.id, natives: entry.natives, active: nameOf(entry, entry.active) })),
    ...(open.length > 0 ? { open } : {}),
  };
}

/** The values of the first one, the tags of all, the sub-agents of the branch that is active. */
function labelsOf({ status, priority, intent }: Entry, { agents }: Entry, group: readonly Entry[]): Partial<Entry> {
  const tags = [...new Set(group.flatMap((entry) => entry.tags ?? []))].sort();
  return { status, priority, intent, agents, ...(tags.length > 0 ? { tags } : {}) };
}

function ofOther(entry: Entry, branch: BranchEntry, nameOf: (entry: Entry, name: string) => string): BranchEntry {
  const { from, within } = branch;
  return {
    ...branch,
    name: nameOf(entry, branch.name),
    ...(from ? { from: { ...from, branch: nameOf(entry, from.branch) } } : {}),
    ...(within === undefined ? {} : { within: nameOf(entry, within) }),
    home: { conversation: entry.id, branch: branch.name },
  };
}

/** Returns the conversations of the store that an entry shows as one. */
export const conversationsOf = ({ id, joined = [] }: Entry): ConversationId[] => [id, ...joined.map((one) => one.id)];
