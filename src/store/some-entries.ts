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

/**
 * Returns, newest first, the entries whose id or native id begins with one of the names, and the two newest answered ones of all and of each project, from
 * the lines of a listing: what the current conversation and one that is named by an id are found among; and all that changed since the
 * listing was written. The text is searched as bytes, so the time hardly grows with the number of lines. undefined where too many would
 * have to be looked at. Conversations that link each other are shown as one (joined.ts), which changes what is newest: not for those.
 */
export function someEntries(lines: Buffer, { names, projects }: Wanted, changed: Changed): Entry[] | undefined {
  const found = new Map<number, Entry>();
  const lineAt = (start: number) => {
    const end = lines.indexOf(lf, start);
    const entry = found.get(start) ?? readEntryLine(lines.toString('utf8', start, end < 0 ? lines.length : end));
    return { start, entry, next: end < 0 ? lines.length : end + 1 };
  };

  /** Takes those of the lines with some bytes in them that are meant, and says whether that was done to the end. */
  const take = (bytes: string, isMeant: (entry: Entry) => boolean, enough = Number.POSITIVE_INFINITY): boolean => {
    let taken = 0;
    let hits = 0;
    for (let at = lines.indexOf(bytes); at >= 0 && taken < enough; ) {
      hits += 1;
      if (hits > most) return false;
      const { start, entry, next } = lineAt(lines.lastIndexOf(lf, at) + 1);
      if (isMeant(entry) && !changed.has(entry.id)) {
        found.set(start, entry);
        taken += 1;
      }
      at = next < lines.length ? lines.indexOf(bytes, next) : -1;
    }
    return true;
  };

  let newest = 0;
  for (let at = 0, looked = 0; at < lines.length && newest < 2 && looked < most; looked += 1) {
    const { start, entry, next } = lineAt(at);
    if (entry.answered && !changed.has(entry.id)) {
      found.set(start, entry);
      newest += 1;
    }
    at = next;
  }
  if (newest < 2) return undefined;
  const whole = projects.every((project) => take(answeredIn(project), (entry) => entry.answered && entry.project === project, 2));
  return whole && names.every((name) => patterns(name).every((bytes) => take(bytes, (entry) => begins(entry, name))))
    ? [...found.values(), ...[...changed.values()].filter((entry) => entry !== undefined)].sort(byAge)
    : undefined;
}

/** How a name can stand in a line: ids are in lower case, native ids are JSON. */
const patterns = (name: string) => [...new Set([name, name.toLowerCase()])].map((text) => JSON.stringify(text).slice(1, -1));

function begins({ id, natives }: Entry, name: string): boolean {
  const typed = name.toLowerCase();
  return id.startsWith(typed) || natives.some((native) => native === name || native.startsWith(typed));
}
