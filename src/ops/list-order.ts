import type { Entry } from '../store/entry.ts';

/** By what a list is sorted; the newest, longest and most urgent come first, texts in the order of their letters. */
export const sortKeys = ['date', 'started', 'title', 'project', 'priority', 'status', 'turns'] as const;
export type SortKey = (typeof sortKeys)[number];

/** By what a list is grouped; `intent` is the task that conversations are for, `date` the day of their last turn. */
export const groupKeys = ['project', 'intent', 'date', 'tool', 'status', 'none'] as const;
export type GroupKey = (typeof groupKeys)[number];

/** Conversations that are shown together; the name is '' for those without one. */
export interface ListGroup {
  name: string;
  conversations: Entry[];
}

const folded = (text: string | undefined) => (text === undefined || text === '' ? undefined : text.toLowerCase());

/** What stands first is least; without a value comes last. */
const keys: Readonly<Record<Exclude<SortKey, 'date'>, (entry: Entry) => string | number | undefined>> = {
  started: ({ started }) => (started === undefined ? undefined : -Date.parse(started)),
  title: ({ title }) => folded(title),
  project: ({ project }) => folded(project),
  priority: ({ priority }) => folded(priority),
  status: ({ status }) => folded(status),
  turns: ({ turns }) => -turns,
};

/** Returns entries that come newest first in another order; of equal ones the newest stays first. */
export function sorted(entries: readonly Entry[], by: SortKey, reverse = false): Entry[] {
  const order = by === 'date' ? [...entries] : byKey(entries, keys[by]);
  return reverse ? order.reverse() : order;
}

function byKey(entries: readonly Entry[], keyOf: (entry: Entry) => string | number | undefined): Entry[] {
  const rows = entries.map((entry) => ({ entry, key: keyOf(entry) }));
  rows.sort((a, b) => {
    if (a.key === b.key) return 0;
    if (a.key === undefined || b.key === undefined) return a.key === undefined ? 1 : -1;
    return a.key < b.key ? -1 : 1;
  });
  return rows.map(({ entry }) => entry);
}

const names: Readonly<Record<Exclude<GroupKey, 'none'>, (entry: Entry) => string | undefined>> = {
  project: ({ project }) => project,
  intent: ({ intent }) => intent,
  date: ({ updated }) => updated && day(updated),
  tool: ({ tool }) => tool,
  status: ({ status }) => status,
};

/** Returns the groups of entries in the order of their first ones; those without a name come last, but for projects. */
export function grouped(entries: readonly Entry[], by: GroupKey): ListGroup[] {
  if (by === 'none') return entries.length === 0 ? [] : [{ name: '', conversations: [...entries] }];
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const name = names[by](entry) ?? '';
    const group = groups.get(name);
    if (group) group.push(entry);
    else groups.set(name, [entry]);
  }
  const all = [...groups].map(([name, conversations]) => ({ name, conversations }));
  return by === 'project' ? all : [...all.filter(({ name }) => name !== ''), ...all.filter(({ name }) => name === '')];
}

/** The day of a time here: `2026-02-10`. */
function day(iso: string): string {
  const at = new Date(iso);
  const two = (value: number) => String(value).padStart(2, '0');
  return Number.isNaN(at.getTime()) ? '' : `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
