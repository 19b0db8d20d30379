import { byAge, type Entry } from './entry.ts';
import { answeredIn, readEntryLine } from './entry-line.ts';
import type { Changed } from './recent.ts';

/** What a command looks for among the conversations. */
export interface Wanted {
  /** Ids and native ids, or their beginnings, as typed. */
  names: readonly string[];
  projects: readonly string[];
}

const lf = 0x0a;
/** Lines to look through for the two newest, and hits to look at for one name. */
const most = 1000;
/** Node finds what has seven bytes or more by steps through all memory, what is shorter by the next of its first byte: ids begin lines. */
const quick = 6;

/** Bytes of a listing that are whole lines, each behind its line feed; they may be overwritten by the next. */
export type Lines = () => Iterable<Buffer>;

/** What stands in lines that may be meant, which of them are, and how many of those are enough. */
interface Search {
  bytes: string;
  isMeant(entry: Entry): boolean;
  enough: number;
  /** Tells of one that nothing else can be meant. */
  isWhole?(entry: Entry): boolean;
}

/**
 * Returns, newest first, the entries whose id or native id begins with one of the names, and the two newest answered ones of all and of each
 * project, from the lines of a listing: what the current conversation and one that is named by an id are found among; and all that changed
 * since the listing was written. For a name that is a whole id, nothing else is looked for. The text is searched as bytes, so the time
 * hardly grows with the number of lines. undefined where too many would have to be looked at. Conversations that link each other are shown
 * as one (joined.ts), which changes what is newest: not for those.
 */
export function someEntries(lines: Lines, { names, projects }: Wanted, changed: Changed): Entry[] | undefined {
  const found = new Map<string, Entry>();
  const add = (entry: Entry) => found.set(entry.id, entry);
  const newest = newestAnswered(changed, add);
  const ofProjects = projects.map((project) => ({
    bytes: answeredIn(project),
    isMeant: (entry: Entry) => entry.answered && entry.project === project,
    enough: 2,
  }));
  const isWhole = (name: string) => found.has(name.toLowerCase()) || changed.get(name.toLowerCase() as Entry['id']) !== undefined;
  const ofIds = names
    .filter((name) => !isWhole(name))
    .map((name) => ({
      ...search(`\n${name.toLowerCase()}`.slice(0, quick), (entry) => begins(entry.id, name)),
      isWhole: ({ id }: Entry) => id === name.toLowerCase(),
    }));
  const first = searching([...ofProjects, ...ofIds], changed, add);
  for (const piece of lines()) {
    if (!newest.through(piece) || !first.through(piece)) return undefined;
    if (newest.isDone() && first.isDone()) break;
  }
  if (!newest.isDone()) return undefined;

  const others = names.filter((name) => !isWhole(name));
  if (others.length > 0) {
    const ofNatives = others.flatMap((name) => patterns(name).map((bytes) => search(bytes, (entry) => beginsNative(entry, name))));
    const second = searching(ofNatives, changed, add);
    for (const piece of lines()) if (!second.through(piece)) return undefined;
  }
  return [...found.values(), ...[...changed.values()].filter((entry) => entry !== undefined)].sort(byAge);
}

const search = (bytes: string, isMeant: Search['isMeant']): Search => ({ bytes, isMeant, enough: Number.POSITIVE_INFINITY });

/** Takes the first two answered conversations of the first lines. */
function newestAnswered(changed: Changed, add: (entry: Entry) => unknown) {
  let newest = 0;
  let looked = 0;
  return {
    /** Says whether it is not too far to them. */
    through(piece: Buffer): boolean {
      for (let at = 0; at < piece.length && newest < 2 && looked < most; looked += 1) {
        const { entry, next } = lineAt(piece, at);
        if (entry.answered && !changed.has(entry.id)) {
          add(entry);
          newest += 1;
        }
        at = next;
      }
      return newest === 2 || looked < most;
    },
    isDone: () => newest === 2,
  };
}

/** Takes the lines that are meant. */
function searching(searches: readonly Search[], changed: Changed, add: (entry: Entry) => unknown) {
  const states = searches.map((one) => ({ ...one, hits: 0, taken: 0, isDone: false }));
  return {
    /** Says whether they were not too many. */
    through(piece: Buffer): boolean {
      for (const state of states) {
        for (let at = state.isDone ? -1 : piece.indexOf(state.bytes); at >= 0 && !state.isDone; ) {
          state.hits += 1;
          if (state.hits > most) return false;
          const { entry, next } = lineAt(piece, piece.lastIndexOf(lf, at));
          if (state.isMeant(entry) && !changed.has(entry.id)) {
            add(entry);
            state.taken += 1;
            state.isDone = state.taken >= state.enough || state.isWhole?.(entry) === true;
          }
          at = next < piece.length ? piece.indexOf(state.bytes, next) : -1;
        }
      }
      return true;
    },
    isDone: () => states.every(({ isDone }) => isDone),
  };
}

/** Returns the entry of the line behind a line feed, and where the next one is. */
function lineAt(piece: Buffer, feed: number): { entry: Entry; next: number } {
  const end = piece.indexOf(lf, feed + 1);
  const next = end < 0 ? piece.length : end;
  return { entry: readEntryLine(piece.toString('utf8', feed + 1, next)), next };
}

/** How a native id can stand in a line: as JSON. */
const patterns = (name: string) => [...new Set([name, name.toLowerCase()])].map((text) => JSON.stringify(text).slice(1, -1));

const begins = (id: string, name: string) => id.startsWith(name.toLowerCase());

const beginsNative = ({ natives }: Entry, name: string) =>
  natives.some((native) => native === name || native.startsWith(name.toLowerCase()));
