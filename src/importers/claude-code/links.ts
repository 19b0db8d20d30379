import { keptByFork } from './kept.ts';
import type { Entry, Kind } from './skeleton.ts';

/** How the records of a file hang together; all indexes are those of the entries. */
export interface Links {
  /** Index of the record before, -1 for none. */
  parent: Int32Array;
  /** True for a link that the file does not state: the record's parent was never written. */
  guessed: Set<number>;
  /** Records that a turn is not made of: written twice, or copied behind a compaction. */
  copies: Set<number>;
  /** Records whose parent may still be written. */
  waiting: Set<number>;
  /** Every linked record, parents first, else in file order. */
  order: number[];
  /** For each record the native id of its agent's thread, '' for the main one. */
  thread: string[];
  /** Uuids of records that a fork tells as a compaction kept them. */
  kept: ReadonlySet<string>;
}

const opens: ReadonlySet<Kind> = new Set(['prompt', 'command', 'shell', 'notice', 'summary']);

/** Returns true for a record that begins a user turn. */
export const isOpening = (entry: Entry): boolean => opens.has(entry.kind);

/**
 * Resolves parents (turns.md 1, step 2): forward references, records that compaction re-parented, duplicates, cycles, and
 * parents that are missing. Unless the file is complete, what hangs on a missing parent at its end waits for it.
 */
export function link(entries: readonly Entry[], complete: boolean): Links {
  const links: Links = {
    parent: new Int32Array(entries.length).fill(-1),
    guessed: new Set(),
    copies: new Set(),
    waiting: new Set(),
    order: [],
    thread: [],
    kept: new Set(),
  };
  const missing = connect(entries, links);
  cutCycles(entries, links);
  const roots = rootFinder(links);
  const named = missing.filter((index) => entries[index]?.parent !== '');
  if (!complete) wait(entries, links, named, roots);
  attach(entries, links, missing, roots);
  links.order = parentsFirst(entries, links);
  links.thread = threads(entries, links);
  return links;
}

/** Links records to the parents they name; returns those whose parent is missing, and those of unknown types that name none. */
function connect(entries: readonly Entry[], links: Links): number[] {
  const kept = keptByFork(entries, isOpening);
  if (kept) links.kept = kept.records;
  const { first, behind } = locate(entries, links);
  const summaries = new Map<string, number>();
  entries.forEach((entry, index) => {
    if (entry.kind === 'summary' && !summaries.has(entry.parent)) summaries.set(entry.parent, index);
  });
  const missing: number[] = [];
  entries.forEach((entry, index) => {
    if (entry.id === '' || links.copies.has(index) || index === kept?.head) return;
    if (entry.parent === '') {
      if (entry.kind === 'unknown' && entry.side === undefined) missing.push(index);
      return;
    }
    const boundary = behind.get(index);
    const above = boundary === undefined ? first.get(entry.parent) : (summaries.get(entries[boundary]?.id ?? '') ?? boundary);
    const named = index === kept?.boundary ? first.get(kept.tail) : (keptBefore(entry, index, first, summaries) ?? above);
    if (named !== undefined && named !== index && sameThread(entries[named], entry)) links.parent[index] = named;
    else if (entry.side === undefined) missing.push(index);
  });
  return missing;
}

/**
 * "Summarize up to here" of the rewind menu keeps what came after: the model gets it behind the summary, though it stands before
 * the boundary, whose logical parent is the end of what was summarized. The line goes on from the last record that was kept.
 */
function keptBefore({ id, segment }: Entry, index: number, first: Map<string, number>, summaries: Map<string, number>): number | undefined {
  const summary = summaries.get(id);
  if (segment === undefined || summary === undefined || first.get(segment[0]) !== summary) return undefined;
  const last = first.get(segment[1]);
  return last !== undefined && last < index ? last : undefined;
}

const sameThread = (a: Entry | undefined, b: Entry): boolean => (a?.side === undefined) === (b.side === undefined);

/** Finds the first record of each uuid, and the records that hang on what the boundary before them preserved. */
function locate(entries: readonly Entry[], links: Links): { first: Map<string, number>; behind: Map<number, number> } {
  const first = new Map<string, number>();
  const behind = new Map<number, number>();
  const preserved = new Map<string, number>();
  entries.forEach((entry, index) => {
    if (entry.id === '') return;
    if (first.has(entry.id) || (preserved.has(entry.id) && !links.kept.has(entry.id))) {
      links.copies.add(index);
      return;
    }
    first.set(entry.id, index);
    const boundary = links.kept.has(entry.id) ? undefined : preserved.get(entry.parent);
    if (boundary !== undefined) behind.set(index, boundary);
    for (const id of entry.preserved ?? []) preserved.set(id, index);
  });
  return { first, behind };
}

/** Cuts every cycle at a boundary where it has one, else at its first record in the file. */
function cutCycles(entries: readonly Entry[], links: Links): void {
  const seen = new Int32Array(entries.length);
  for (let start = 0; start < entries.length; start += 1) {
    const path: number[] = [];
    let at = start;
    while (at >= 0 && seen[at] === 0) {
      seen[at] = start + 1;
      path.push(at);
      at = links.parent[at] ?? -1;
    }
    if (at < 0 || seen[at] !== start + 1) continue;
    const cycle = path.slice(path.indexOf(at));
    const cut = cycle.find((index) => entries[index]?.kind === 'boundary') ?? cycle.reduce((a, b) => Math.min(a, b));
    links.parent[cut] = -1;
  }
}

/** Finds roots in nearly constant time while links are added (union-find with path halving). */
function rootFinder(links: Links): { root: (index: number) => number; hang: (index: number, on: number) => void } {
  const up = links.parent.map((parent, index) => (parent < 0 ? index : parent));
  const root = (index: number): number => {
    let at = index;
    for (let next = up[at] ?? at; next !== at; next = up[at] ?? at) {
      up[at] = up[next] ?? next;
      at = up[at] ?? at;
    }
    return at;
  };
  const hang = (index: number, on: number): void => {
    up[index] = on;
    links.parent[index] = on;
  };
  return { root, hang };
}

type Roots = ReturnType<typeof rootFinder>;

/**
 * A missing parent waits while nothing behind it shows that the file has gone on without it. That is: an answer elsewhere, a
 * prompt that hangs on what waits, or two other prompts. One prompt alone is no sign, since a client of 2.1.197 writes
 * answers before their prompt, and the attachments between the two last.
 */
function wait(entries: readonly Entry[], links: Links, missing: number[], roots: Roots): void {
  const first = missing[0];
  if (first === undefined) return;
  const open = new Set(missing);
  const lasting = new Set(missing);
  const waiting = (index: number): boolean => entries[index]?.id !== '' && !links.copies.has(index) && lasting.has(roots.root(index));
  let [answer, prompt, promptBefore] = [-1, -1, -1];
  for (let index = first; index < entries.length; index += 1) {
    const entry = entries[index];
    if (!entry || entry.id === '' || links.copies.has(index)) continue;
    const root = roots.root(index);
    if (isOpening(entry) && root !== index && open.has(root)) lasting.delete(root);
    if (open.has(root)) continue;
    if (isOpening(entry)) [prompt, promptBefore] = [index, prompt];
    else if (entry.kind === 'assistant' || entry.kind === 'result') answer = index;
  }
  for (const index of missing) if (index < Math.max(answer, promptBefore)) lasting.delete(index);
  for (let index = first; index < entries.length; index += 1) if (waiting(index)) links.waiting.add(index);
}

/** Hangs each record whose parent was never written on the one before it in the file. */
function attach(entries: readonly Entry[], links: Links, missing: number[], roots: Roots): void {
  const before = new Int32Array(entries.length).fill(-1);
  let last = -1;
  entries.forEach((entry, index) => {
    before[index] = last;
    if (entry.id !== '' && entry.side === undefined && !links.copies.has(index) && !links.waiting.has(index)) last = index;
  });
  for (const index of missing) {
    if (links.waiting.has(index)) continue;
    links.guessed.add(index);
    let on = before[index] ?? -1;
    while (on >= 0 && roots.root(on) === index) on = before[on] ?? -1;
    if (on >= 0) roots.hang(index, on);
  }
}

function parentsFirst(entries: readonly Entry[], links: Links): number[] {
  const order: number[] = [];
  const done = new Uint8Array(entries.length);
  entries.forEach((entry, start) => {
    if (entry.id === '' || links.copies.has(start) || links.waiting.has(start)) return;
    const path: number[] = [];
    for (let at = start; at >= 0 && done[at] === 0; at = links.parent[at] ?? -1) {
      done[at] = 1;
      path.push(at);
    }
    order.push(...path.reverse());
  });
  return order;
}

function threads(entries: readonly Entry[], links: Links): string[] {
  const thread: string[] = new Array(entries.length).fill('');
  for (const index of links.order) {
    const entry = entries[index];
    if (entry?.side !== undefined) thread[index] = entry.side || thread[links.parent[index] ?? -1] || entry.id;
  }
  return thread;
}
