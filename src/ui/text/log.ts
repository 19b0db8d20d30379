import { exchangesOf } from '../../model/exchange.ts';
import type { LoggedTurn, LogResult } from '../../ops/log.ts';
import { summarizeOpen } from '../../ops/turn-summary.ts';
import { type Line, line, lineWidth, padLine, styled } from '../line.ts';
import { clock, date, parseTime } from '../time.ts';
import type { View, ViewSettings } from '../view.ts';
import { cut, oneLine, width } from '../width.ts';
import { diffLines, statLines } from './diffs.ts';
import { graphLines } from './graph.ts';
import { headLines } from './head.ts';
import { some, stopWord, took } from './words.ts';

export interface LogLook {
  stat: boolean;
  patch: boolean;
}

/** Returns the view of a log, with what each turn changed where that is asked for. */
export function logView(look: LogLook): View<LogResult> {
  return function* lines(result, given) {
    const settings = { ...given, folder: result.conversation.folder };
    const { others, range } = result;
    if (result.shape === 'oneline') {
      for (const turn of others?.turns ?? []) yield* [oneLineOf(turn, settings, '< '), ...changes(turn, look, settings)];
      for (const turn of result.turns) yield* [oneLineOf(turn, settings, others && '> '), ...changes(turn, look, settings)];
      return;
    }
    if (others) {
      yield* onlyIn(range?.a ?? '', settings);
      yield* told({ ...result, ...others }, look, { ...settings, folder: others.conversation.folder });
      yield* [line(), ...onlyIn(range?.b ?? '', settings)];
    } else {
      yield* headLines(result.conversation, settings);
      if (result.mergeBase) yield line(styled('faint', cut(oneLine(`${range?.a} and ${range?.b} parted here`), settings.columns)));
      else if (range) yield line(styled('faint', cut(oneLine(`what ${range.b} has and ${range.a} has not`), settings.columns)));
      yield line();
    }
    yield* told(result, look, settings);
  };
}

function* onlyIn(name: string, { columns }: ViewSettings): Iterable<Line> {
  yield line(styled('heading', cut(oneLine(`Only in ${name}`), columns)));
}

function* told(result: LogResult, look: LogLook, settings: ViewSettings): Iterable<Line> {
  if (result.shape === 'graph') yield* graphLines(result.graph ?? [], settings);
  else yield* body(result, look, settings);
  const none = result.range ? 'No turn' : 'No turn matches';
  if (result.turns.length === 0 && result.open.length === 0) yield line(styled('faint', none));
  if (result.more > 0) yield line(styled('faint', `… ${some(result.more, 'more turn')}`));
}

function oneLineOf(turn: LoggedTurn, { columns }: ViewSettings, mark = ''): Line {
  return line(mark, styled('id', turn.id), ' ', cut(oneLine(turn.subject), columns - 1 - turn.id.length - mark.length));
}

function* body(result: LogResult, look: LogLook, settings: ViewSettings): Iterable<Line> {
  const turns = withOpen(result);
  const digits = String(Math.max(0, ...turns.map((turn) => turn.n))).length;
  const rows = new Rows(turns, Math.max(2, digits), parseTime(result.conversation.started), settings);
  if (result.shape === 'turns') {
    for (const turn of result.newestFirst ? turns.reverse() : turns) yield* [rows.turn(turn), ...changes(turn, look, settings)];
    return;
  }
  const exchanges = exchangesOf(turns);
  for (const { prompt, answers } of result.newestFirst ? exchanges.reverse() : exchanges) {
    if (prompt) yield* [rows.prompt(prompt), ...changes(prompt, look, settings)];
    for (const answer of answers) yield* [rows.answer(answer), ...changes(answer, look, settings)];
  }
}

/** A row of the log. */
interface Row extends LoggedTurn {
  /** Number of the turn that one in progress goes on from, where that is not the row before. */
  from?: number;
}

/** The turns, oldest first, and behind them those in progress; where a limit cut the log, only those behind the cut. */
function withOpen({ turns, open, newestFirst }: LogResult): Row[] {
  const rows: Row[] = newestFirst ? [...turns].reverse() : [...turns];
  const first = rows[0]?.n ?? 0;
  for (const turn of open.filter(({ n }) => n > first)) {
    const before = rows.at(-1);
    rows.push({ ...summarizeOpen(turn), ...(before && before.id !== turn.parent && { from: turn.n - 1 }) });
  }
  return rows;
}

/** Under the subjects of answers. */
const indent = ' '.repeat(11);

function changes(turn: Row, { stat, patch }: LogLook, settings: ViewSettings): Line[] {
  const diffs = turn.diffs ?? [];
  if (diffs.length === 0) return [];
  return [...(stat ? statLines(diffs, indent, settings) : []), ...(patch ? [line(), ...diffLines(diffs, indent, settings), line()] : [])];
}

const progressOf = ({ from }: Row): string => (from === undefined ? 'in progress' : `in progress behind ${from}`);

/** The rows of one log: their columns depend on the greatest number and on the day that the head names. */
class Rows {
  readonly #digits: number;
  readonly #day: string;
  readonly #settings: ViewSettings;
  readonly #widths: number[];

  constructor(turns: readonly Row[], digits: number, started: number | undefined, settings: ViewSettings) {
    this.#widths = widest(turns);
    this.#digits = digits;
    this.#settings = settings;
    this.#day = started === undefined ? '' : date(started, settings.now);
  }

  prompt(turn: Row): Line {
    const kind = turn.kind === undefined || turn.kind === 'command' || turn.kind === 'shell' ? [] : [styled('faint', `${turn.kind} `)];
    return this.#row([styled('id', this.#number(turn.n)), '  ', ...kind], turn, [turn.open ? progressOf(turn) : this.#time(turn.time)]);
  }

  answer(turn: Row): Line {
    const lead = [styled('faint', `${' '.repeat(this.#digits + 3)}↳ `), styled('id', this.#number(turn.n).trimStart().padStart(2)), '  '];
    return this.#row(lead, turn, this.#facts(turn));
  }

  turn(turn: Row): Line {
    const lead = [styled('id', this.#number(turn.n)), '  ', styled('faint', (turn.role === 'user' ? 'you' : 'ai').padEnd(5))];
    const right = turn.role === 'user' && !turn.open ? [] : this.#facts(turn);
    return this.#row(lead, turn, [...right, this.#time(turn.time)]);
  }

  #facts(turn: Row): string[] {
    if (turn.open) return [progressOf(turn)];
    const cells = facts(turn).map((fact, column) => fact.padStart(this.#widths[column] ?? 0));
    return [cells.filter((_, column) => this.#widths[column] !== 0).join('  ')];
  }

  #number(n: number): string {
    return String(n).padStart(this.#digits + 1);
  }

  #time(iso: string | undefined): string {
    const at = parseTime(iso);
    if (at === undefined) return '';
    const day = date(at, this.#settings.now);
    return day === this.#day ? clock(at) : `${day} ${clock(at)}`;
  }

  #row(lead: Parameters<typeof line>, turn: Row, facts: readonly string[]): Line {
    const right = facts.filter((fact) => fact.trim() !== '').join('  ');
    const stop = stopWord(turn.stop);
    const left = line(...lead);
    const ended = stop === undefined ? [] : [styled('bad', ` · ${oneLine(stop)}`)];
    const room = this.#settings.columns - lineWidth(left) - lineWidth(ended) - (right === '' ? 0 : width(right) + 2);
    const text = cut(oneLine(turn.subject), Math.max(12, room));
    const said = line(left, turn.role === 'user' ? styled('user', text) : text, ...ended);
    return right === '' ? said : line(padLine(said, this.#settings.columns - width(right)), styled('faint', right));
  }
}

/** How long, what it changed, how many calls: in columns, so that a log can be read down. */
function facts(turn: Row): string[] {
  return [took(turn) ?? '', some(turn.agents.length, 'agent'), some(turn.files.length, 'file'), some(turn.calls, 'call')];
}

function widest(turns: readonly Row[]): number[] {
  const all = turns.filter((turn) => turn.role === 'assistant').map(facts);
  return [0, 1, 2, 3].map((column) => Math.max(0, ...all.map((row) => width(row[column] ?? ''))));
}
