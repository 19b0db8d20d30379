import { count } from '../count.ts';
import { inLine, type NoteLine } from '../notes/note-lines.ts';
import type { Turn } from '../turn.ts';
import { openSheet, type Sheet, takePart } from './sheet.ts';
import { toldNotes } from './told-notes.ts';
import { type Detail, mark, turnRows } from './turn-rows.ts';

/** A thread that is handed over. */
export interface HandedOver {
  /** Its whole name, without a turn: `7qk2m4xw9d/main`. */
  name: string;
  title: string;
  tool: string;
  project: string;
  turns: readonly Turn[];
  /** What a program of the user's made of the turns that are not told in full. */
  summary?: { by: string; text: string };
}

/** What is told of one thread, and how. */
export interface ToldThread {
  lines: NoteLine[];
  /** Numbers of turns: told in full, with calls folded, cut; all others by notes. */
  full: number[];
  folded: number[];
  cut: number[];
}

/** A document to begin a conversation with, where others left off. */
export interface Handoff {
  text: string;
  /** As `count` counts them; never more than the budget. */
  tokens: number;
  threads: ToldThread[];
}

/** A turn of a tail, with its rows. */
interface Tailed {
  turn: Turn;
  detail: Detail | 'cut';
  rows: NoteLine[];
}

/** A longer tail leaves fewer notes, which leaves room for a longer tail. */
const rounds = 4;

const blank: NoteLine = { text: '', turns: [] };

/**
 * Returns what threads came to within a budget of tokens: the last turns of each in full, the others as notes made by rule, every line with
 * its turns. Each thread gets an equal share, and what those before it left. undefined where not even their names have room.
 */
export function handoff(threads: readonly HandedOver[], budget: number, countTokens: (text: string) => number): Handoff | undefined {
  // Tokens of rows are counted one by one, which may be less than they come to together: then there is less room.
  for (let room = budget; room > 0; ) {
    const told: ToldThread[] = [];
    let left = room;
    for (const [at, thread] of threads.entries()) {
      const share = Math.floor(left / (threads.length - at));
      const one = tell(thread, share, countTokens);
      if (!one) return undefined;
      left -= one.cost;
      told.push(one.told);
    }
    const text = `${told.map(({ lines }) => lines.map((line) => line.text).join('\n')).join('\n\n')}\n`;
    const tokens = countTokens(text);
    if (tokens <= budget) return { text, tokens, threads: told };
    room -= Math.max(tokens - budget, 16);
  }
  return undefined;
}

function tell(thread: HandedOver, share: number, countTokens: (text: string) => number): { told: ToldThread; cost: number } | undefined {
  const { turns } = thread;
  const whole = openSheet(share, countTokens);
  const head = headLines(thread);
  if (!whole.take([...head, blank])) return undefined;
  const room = whole.left();
  const every = tailWithin(turns, openSheet(room, countTokens));
  const all = every.length === turns.length && every.every(({ detail }) => detail === 'full');
  let tail = all ? every : tailWithin(turns, openSheet(Math.floor(room / 2), countTokens));
  for (let round = 1; ; round += 1) {
    const sheet = openSheet(room, countTokens);
    if (tail.length > 0) sheet.take([...tailHeading, ...tail.flatMap(({ rows }) => rows)]);
    const older = turns.slice(0, turns.length - tail.length);
    const notes = older.length === 0 ? [] : toldOlder(older, sheet, thread.summary);
    const more = round < rounds ? extended(turns, tail, sheet) : tail;
    if (more.length === tail.length) return { told: assemble(head, notes, tail, turns), cost: share - sheet.left() };
    tail = more;
  }
}

function toldOlder(older: readonly Turn[], sheet: Sheet, summary: HandedOver['summary']): NoteLine[] {
  const [first, last] = [older[0]?.n, older.at(-1)?.n];
  const heading = `## ${first === last ? `Turn ${first}` : `Turns ${first}-${last}`}, told by ${summary ? 'a program' : 'rule'}`;
  if (!sheet.take(['', heading])) return [];
  const notes = toldNotes(older, sheet, summary);
  const refs = older.map(({ id, n }) => ({ turn: id, n }));
  return notes.length === 0 ? [] : [blank, { text: heading, turns: refs }, ...notes];
}

function headLines({ name, title, tool, project, turns }: HandedOver): NoteLine[] {
  const place = inLine(name).replaceAll('`', "'");
  const facts = [`${inLine(tool)} ${place}`, inLine(project), count(turns.length, 'turn')].filter((fact) => fact !== '').join(', ');
  const about = `From ${facts}. @ names a turn: \`convo show ${place}@n\` tells it whole.`;
  return [{ text: `# ${inLine(title)}`, turns: [] }, blank, { text: about, turns: [] }];
}

/** The newest turns that fit in full; where not one does, the last one folded, or cut. */
function tailWithin(turns: readonly Turn[], sheet: Sheet): Tailed[] {
  const last = turns.at(-1);
  if (!last || !sheet.take(tailHeading)) return [];
  const tail: Tailed[] = [];
  for (const turn of [...turns].reverse()) {
    const one = tailed(turn, 'full');
    if (!sheet.take(one.rows)) break;
    tail.unshift(one);
  }
  if (tail.length > 0) return tail;
  const folded = tailed(last, 'folded');
  if (sheet.take(folded.rows)) return [folded];
  return cutTo(folded, sheet);
}

const tailHeading = ['', '## Turns 1000000-1000000, as they were said'];

/** What notes left of the room takes further turns before a tail, as long as they fit in full. */
function extended(turns: readonly Turn[], tail: readonly Tailed[], sheet: Sheet): Tailed[] {
  const more = [...tail];
  if (tail.some(({ detail }) => detail !== 'full') || tail.length === 0) return more;
  for (let at = turns.length - tail.length - 1; at >= 0; at -= 1) {
    const turn = turns[at];
    const one = turn && tailed(turn, 'full');
    if (!one || !sheet.take(one.rows)) break;
    more.unshift(one);
  }
  return more;
}

function tailed(turn: Turn, detail: Detail): Tailed {
  const refs = [{ turn: turn.id, n: turn.n }];
  return { turn, detail, rows: ['', ...turnRows(turn, detail)].map((text) => ({ text, turns: refs })) };
}

/** As many rows as have room: of a prompt the first ones, of an answer the last ones, for that is where it comes to its point. */
function cutTo({ turn, rows }: Tailed, sheet: Sheet): Tailed[] {
  const [gap, heading, ...body] = rows;
  const left: NoteLine = { text: '- … the rest is left out', turns: heading?.turns ?? [] };
  if (!gap || !heading || !sheet.take([gap, heading, left])) return [];
  const kept: NoteLine[] = [];
  const answer = turn.role === 'assistant';
  for (const row of answer ? [...body].reverse() : body) {
    const part = takePart(sheet, row, row.text.startsWith(mark) ? mark : '', answer ? 'end' : 'start');
    if (part) kept.push(part);
    if (part !== row) break;
  }
  if (kept.length === 0) return [];
  return [{ turn, detail: 'cut', rows: [gap, heading, ...(answer ? [left, ...kept.reverse()] : [...kept, left])] }];
}

function assemble(head: readonly NoteLine[], notes: readonly NoteLine[], tail: readonly Tailed[], turns: readonly Turn[]): ToldThread {
  const numbers = (detail: Tailed['detail']) => tail.filter((one) => one.detail === detail).map(({ turn }) => turn.n);
  const [first, last] = [tail[0]?.turn.n, turns.at(-1)?.n];
  const heading = `## ${first === last ? `Turn ${last}` : `Turns ${first}-${last}`}, as ${first === last ? 'it was' : 'they were'} said`;
  const refs = tail.map(({ turn }) => ({ turn: turn.id, n: turn.n }));
  const said = tail.length === 0 ? [] : [blank, { text: heading, turns: refs }, ...tail.flatMap(({ rows }) => rows)];
  return { lines: [...head, ...notes, ...said], full: numbers('full'), folded: numbers('folded'), cut: numbers('cut') };
}
