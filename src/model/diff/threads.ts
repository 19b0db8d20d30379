import { type Exchange, exchangesOf } from '../exchange.ts';
import { saidIn, toldIn } from '../notes/said.ts';
import type { Turn } from '../turn.ts';
import { alignSequences, type Pair } from './align.ts';
import { type Budget, budgetOf } from './budget.ts';
import { type CallChange, type ComparedCall, callsOf, diffCalls } from './calls.ts';
import { type Aligned, alignedOf } from './change.ts';
import { contentKey } from './content.ts';
import { likeness, type Sketch, sketchOf } from './sketch.ts';
import { diffText, type TextDiff } from './text.ts';

/** A turn of two threads: on both sides, or on one alone. Of pairs that are not the same it is told what differs. */
export type TurnChange = Aligned<Turn> & {
  /** What was asked, or what the answer came to. */
  text?: TextDiff;
  calls?: CallChange[];
};

/** A turn with what it is compared by. */
interface Compared {
  turn: Turn;
  key: string;
  said: string;
  sketch: Sketch;
  calls: ComparedCall[];
}

/** Below this likeness two prompts do not ask for the same. */
const samePrompt = 0.5;

/**
 * Returns every turn of two threads once, in order, aligned by what was asked: exchanges whose prompts are the same or alike stand
 * together, and in them the answers. Changing the sides changes the sides of each row, and the order of turns on one side alone.
 */
export function diffThreads(a: readonly Turn[], b: readonly Turn[], budget: Budget = budgetOf()): TurnChange[] {
  const [left, right] = [a.map(compared), b.map(compared)];
  const pairs = pairTurns(left, right, budget);
  return alignedOf(left, right, pairs, (x, y) => judge(x, y)).map((row): TurnChange => {
    if (row.change === 'removed') return { change: row.change, a: row.a.turn };
    if (row.change === 'added') return { change: row.change, b: row.b.turn };
    const turns = { change: row.change, a: row.a.turn, b: row.b.turn };
    if (row.change === 'same') return turns;
    return { ...turns, text: diffText(toldIn(row.a.turn), toldIn(row.b.turn), budget), calls: diffCalls(row.a.calls, row.b.calls, budget) };
  });
}

function compared(turn: Turn): Compared {
  const said = saidIn(turn);
  return { turn, key: contentKey(turn), said, sketch: sketchOf(said), calls: callsOf(turn) };
}

function judge(a: Compared, b: Compared): 'same' | 'alike' | 'changed' {
  if (a.key === b.key) return 'same';
  const done = (side: Compared) =>
    JSON.stringify(side.calls.map(({ about, asked, call }) => [about, asked, call.outcome, call.exit ?? null]));
  return wordsOf(a.said) === wordsOf(b.said) && done(a) === done(b) ? 'alike' : 'changed';
}

/** What is said, whatever its case, marks and line breaks. */
const wordsOf = (text: string): string => (text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? []).join(' ');

/** An exchange with the place of its first turn. */
interface Asked extends Exchange<Compared> {
  from: number;
}

function pairTurns(a: readonly Compared[], b: readonly Compared[], budget: Budget): Pair[] {
  const [left, right] = [asked(a), asked(b)];
  const fit = (x: number, y: number) => fitOfExchanges(left[x], right[y]);
  const keys = (exchanges: readonly Asked[]) => exchanges.map(({ prompt }) => prompt?.key ?? '');
  return alignSequences({ a: keys(left), b: keys(right), fit }, budget).flatMap(([x, y]) => pairWithin(left[x], right[y], budget));
}

function asked(turns: readonly Compared[]): Asked[] {
  let from = 0;
  return exchangesOf(turns.map((one) => ({ ...one, role: one.turn.role }))).map((exchange) => {
    const placed = { ...exchange, from };
    from += exchange.answers.length + (exchange.prompt ? 1 : 0);
    return placed;
  });
}

/** A turn that both sides have fits best, then the same words, then like ones; what answered them tells apart those that fit alike. */
function fitOfExchanges(a: Asked | undefined, b: Asked | undefined): number {
  if (!a || !b || !a.prompt !== !b.prompt) return 0;
  const prompts = a.prompt && b.prompt ? fitOfTurns(a.prompt, b.prompt) : 1;
  return prompts < samePrompt ? 0 : prompts + 0.1 * fitOfTurns(a.answers[0], b.answers[0]);
}

/** 0 to 3. */
function fitOfTurns(a: Compared | undefined, b: Compared | undefined): number {
  if (!a || !b) return 0;
  if (a.turn.id === b.turn.id) return 3;
  return a.key === b.key ? 2 : likeness(a.sketch, b.sketch);
}

/** What answers the same prompt belongs together, whatever it says. */
function pairWithin(a: Asked | undefined, b: Asked | undefined, budget: Budget): Pair[] {
  if (!a || !b) return [];
  const prompt: Pair[] = a.prompt && b.prompt ? [[a.from, b.from]] : [];
  const [fromA, fromB] = [a.from + prompt.length, b.from + prompt.length];
  const fit = (x: number, y: number) => 0.5 + fitOfTurns(a.answers[x], b.answers[y]);
  const answers = alignSequences({ a: a.answers.map(({ key }) => key), b: b.answers.map(({ key }) => key), fit }, budget);
  return [...prompt, ...answers.map(([x, y]): Pair => [fromA + x, fromB + y])];
}
