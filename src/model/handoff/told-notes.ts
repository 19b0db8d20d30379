import { type NoteLine, noteLines } from '../notes/note-lines.ts';
import type { Turn } from '../turn.ts';
import { type Sheet, takePart } from './sheet.ts';
import { mark, quoted, textRows } from './turn-rows.ts';

const sections = {
  asked: 'Asked',
  decided: 'Came to',
  files: 'Files changed',
  commands: 'Commands',
  questions: 'Open questions',
} as const;

type Kind = keyof typeof sections;
const kinds = Object.keys(sections) as Kind[];

/** A note that may be told, and the newest turn that it names. */
interface Candidate {
  kind: Kind;
  line: NoteLine;
  n: number;
}

/** What a summary tells is not told again by rule. */
interface Summary {
  title: string;
  text: string;
  /** The turn that holds it; absent where a program of the user's made it of all of them. */
  turn?: Turn;
}

/** Lines that did not fit in a row, behind which nothing more is tried. */
const misses = 24;

/**
 * Returns notes of turns as far as there is room: the first prompt, the newest summary that a tool made of them at compaction, then of each
 * kind the newest ones by turns. `summary`: what a program of the user's made of them, instead.
 */
export function toldNotes(turns: readonly Turn[], sheet: Sheet, summary?: { by: string; text: string }): NoteLine[] {
  const compacted = summary ? undefined : turns.findLast((turn) => turn.kind === 'compaction' && summaryOf(turn) !== '');
  const known: Summary | undefined = summary
    ? { title: `Summed up by ${summary.by}`, text: summary.text }
    : compacted && { title: `Summary that was made at @${compacted.n}`, text: summaryOf(compacted), turn: compacted };
  const plain = turns.filter(({ kind }) => kind !== 'merge' && kind !== 'reverted' && kind !== 'compaction');
  const lines = noteLines(plain);
  const [first] = lines.asked;
  const chosen = new Set<NoteLine>();
  const opened = new Set<Kind>();
  const choose = ({ kind, line }: Omit<Candidate, 'n'>): boolean => {
    const heading = opened.has(kind) ? [] : ['', `### ${sections[kind]}`, '', `- … and ${lines[kind].length} more`];
    if (!sheet.take([...heading, line])) return false;
    opened.add(kind);
    chosen.add(line);
    return true;
  };
  if (first && !summary) choose({ kind: 'asked', line: first });
  const told = known ? summaryLines(known, turns, sheet) : [];
  let missed = 0;
  for (const candidate of summary && told.length > 0 ? [] : ranked(lines, first, compacted?.n ?? 0)) {
    missed = choose(candidate) ? 0 : missed + 1;
    if (missed > misses) break;
  }
  const shown = kinds.flatMap((kind) => sectionLines(sections[kind], lines[kind], chosen));
  return [...told, ...shown];
}

const summaryOf = (turn: Turn): string =>
  turn.steps
    .flatMap(({ parts }) => parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])))
    .join('\n\n')
    .trim();

/** A summary takes at most two thirds of the room; its rows behind that are left out. */
function summaryLines({ title, text, turn }: Summary, turns: readonly Turn[], sheet: Sheet): NoteLine[] {
  const refs = (turn ? [turn] : turns).map(({ id, n }) => ({ turn: id, n }));
  const rows = quoted(textRows(text)).map((row): NoteLine => ({ text: row, turns: refs }));
  const head: NoteLine[] = [blank, { text: `### ${title}`, turns: refs }, blank];
  const more: NoteLine = { text: '- … and more', turns: refs };
  const least = sheet.left() / 3;
  if (rows.length === 0 || !sheet.take([...head, more])) return [];
  const shown: NoteLine[] = [];
  for (const row of rows) {
    const part = sheet.left() < least ? undefined : takePart(sheet, row, mark, 'start');
    if (part) shown.push(part);
    if (part !== row) break;
  }
  return [...head, ...shown, ...(shown.at(-1) === rows.at(-1) ? [] : [more])];
}

const blank: NoteLine = { text: '', turns: [] };

/** All but the first prompt, the newest of each kind by turns; behind them the prompts before a summary, which tells what they came to. */
function* ranked(lines: Record<Kind, readonly NoteLine[]>, first: NoteLine | undefined, since: number): Iterable<Candidate> {
  const newest = ({ turns }: NoteLine) => turns.reduce((most, { n }) => Math.max(most, n), 0);
  const queues = kinds.map((kind) =>
    lines[kind]
      .filter((line) => line !== first)
      .map((line): Candidate => ({ kind, line, n: newest(line) }))
      .sort((a, b) => b.n - a.n),
  );
  const longest = Math.max(...queues.map(({ length }) => length));
  const late: Candidate[] = [];
  for (let at = 0; at < longest; at += 1) {
    for (const queue of queues) {
      const candidate = queue[at];
      if (!candidate) continue;
      const covered = candidate.n < since && (candidate.kind === 'asked' || candidate.kind === 'decided');
      if (!covered) yield candidate;
      else if (candidate.kind === 'asked') late.push(candidate);
    }
  }
  yield* late;
}

function sectionLines(title: string, lines: readonly NoteLine[], chosen: ReadonlySet<NoteLine>): NoteLine[] {
  const shown = lines.filter((line) => chosen.has(line));
  if (shown.length === 0) return [];
  const left = lines.filter((line) => !chosen.has(line));
  const refs = left.flatMap(({ turns }) => turns.slice(0, 1));
  const more: NoteLine[] = left.length === 0 ? [] : [{ text: `- … and ${left.length} more`, turns: refs }];
  return [blank, { text: `### ${title}`, turns: shown.flatMap(({ turns }) => turns.slice(0, 1)) }, blank, ...shown, ...more];
}
