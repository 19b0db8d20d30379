import { ConvoError, fail } from '../errors.ts';
import { type Search, searchFirstBad, type Verdict } from '../model/bisect.ts';
import type { Turn } from '../model/turn.ts';
import { type Judgement, judge } from './bisect/judge.ts';
import { type Point, placeOf, type Searched, searched, threadOf } from './bisect/points.ts';
import { type BisectState, forgetBisect, type Place, readBisect, saveBisect } from './bisect/state.ts';
import { clearAfterTheDead, type ThreadFolder, threadFolder } from './bisect/thread-folder.ts';
import type { Context } from './context.ts';
import { type ConversationHead, findTarget, headOfTarget } from './target.ts';
import { summarize, type TurnSummary } from './turn-summary.ts';

/** A turn that was judged or may be; with `step`, the thread ends behind that step of it. */
export interface BisectPoint {
  turn: TurnSummary;
  step?: number;
}

export interface JudgedPoint extends BisectPoint {
  verdict: Verdict;
  /** Only of a command: its exit code, and the end of what it printed. */
  exit?: number;
  output?: string;
}

/** Where a search stands. */
export type BisectFindings =
  | { state: 'open'; next: BisectPoint; left: number; tests: number }
  | { state: 'found'; first: BisectPoint }
  | { state: 'among'; points: BisectPoint[] }
  | { state: 'good' };

export interface BisectResult {
  conversation: ConversationHead;
  /** What to put before `@<turn>` to name a turn of it. */
  name: string;
  steps: boolean;
  /** What was judged now; all that was judged where a log was asked for. */
  judged: JudgedPoint[];
  findings: BisectFindings;
}

export interface BisectStart {
  /** The last turn to look at; '' for the current branch. Taken for bad where it is named. */
  bad?: string;
  /** A turn before it that is good. Absent: nothing is known of any. */
  good?: string;
  steps: boolean;
}

/** Begins to search a thread for its first bad turn; one that was under way is given up. */
export async function startBisect(context: Context, input: BisectStart): Promise<BisectResult> {
  const { bad, good } = input;
  const { entry, branch, agent, current, turn = current.at(-1), step } = await findTarget(context, bad ?? '');
  if (agent) throw fail('unknown-flag', { verb: 'bisect', message: 'A branch is bisected, not the thread of a sub-agent' });
  if (!turn) throw fail('unknown-turn', { turn: '-1', conversation: entry.id });
  const end: Place = { turn: turn.id, ...(step === undefined ? {} : { step }) };
  const state: BisectState = { conversation: entry.id, branch: branch.name, steps: input.steps || step !== undefined, end, marks: [] };
  const found = await searched(context, state);
  if (bad !== undefined) state.marks.push({ as: 'bad', ...end });
  const marked = good === undefined ? state : withMark(state, found, await placeNamed(context, state, found, good), 'good');
  const result = resultOf(found, marked, []);
  await saveBisect(context, marked);
  return result;
}

/** Says what turns are: those that are named, else the one to judge next. */
export async function markBisect(context: Context, as: Verdict, revisions: readonly string[]): Promise<BisectResult> {
  const { state, found } = await underWay(context);
  let marked = state;
  const places: number[] = [];
  for (const revision of revisions) places.push(await placeNamed(context, state, found, revision));
  if (revisions.length === 0) places.push(nextOf(found, state));
  for (const place of places) marked = withMark(marked, found, place, as);
  const judged = places.map((place) => ({ ...told(found, place), verdict: as }));
  const result = resultOf(found, marked, judged);
  await saveBisect(context, marked);
  return result;
}

/** Has a command judge until the first bad turn is found; what it said is kept after each turn. Throws `bisect-aborted`. */
export async function runBisect(context: Context, command: readonly string[]): Promise<BisectResult> {
  const { state, found } = await underWay(context);
  await clearAfterTheDead(context);
  const folder = await threadFolder(context);
  try {
    return await runOver(context, command, folder, found, state);
  } finally {
    await folder.remove();
  }
}

async function runOver(
  context: Context,
  command: readonly string[],
  folder: ThreadFolder,
  found: Searched,
  begun: BisectState,
): Promise<BisectResult> {
  let state = begun;
  const judged: JudgedPoint[] = [];
  for (let search = searchOf(found, state); search.state === 'open'; search = searchOf(found, state)) {
    context.report('Judging', judged.length, judged.length + search.tests);
    const point = told(found, search.next);
    const said = await judgePoint(found, search.next, state, (thread) => judge(context, command, folder, thread));
    state = withMark(state, found, search.next, said.verdict);
    await saveBisect(context, state);
    judged.push({ ...point, ...said });
  }
  return resultOf(found, state, judged);
}

async function judgePoint(found: Searched, place: number, state: BisectState, judged: (thread: Turn[]) => Promise<Judgement>) {
  try {
    return await judged(threadOf(found, pointAt(found, place)));
  } catch (error) {
    if (!(error instanceof ConvoError) || error.code !== 'bisect-aborted') throw error;
    throw fail(error.code, { ...error.data, point: nameOf(found, place, state) }, error);
  }
}

/** Tells everything that was judged, and what follows from it. */
export async function bisectLog(context: Context): Promise<BisectResult> {
  const { state, found } = await underWay(context);
  const judged = state.marks.flatMap((mark) => {
    const place = placeOf(found.points, mark);
    return place < 0 ? [] : [{ ...told(found, place), verdict: mark.as }];
  });
  return resultOf(found, state, judged);
}

/** Ends the bisect under way; returns what it was of. Throws `no-bisect`. */
export async function resetBisect(context: Context): Promise<Pick<BisectState, 'conversation' | 'branch'>> {
  const state = await readBisect(context);
  if (!state) throw fail('no-bisect');
  await clearAfterTheDead(context);
  await forgetBisect(context);
  return state;
}

async function underWay(context: Context): Promise<{ state: BisectState; found: Searched }> {
  const state = await readBisect(context);
  if (!state) throw fail('no-bisect');
  return { state, found: await searched(context, state) };
}

/** `@7` means turn 7 of what is bisected, whatever conversation is the current one. */
async function placeNamed(context: Context, state: BisectState, found: Searched, revision: string): Promise<number> {
  const own = /^@-?[0-9a-z]/.test(revision);
  const target = await findTarget(context, own ? `${state.conversation}/${state.branch}${revision}` : revision);
  const turn = target.turn ?? target.current.at(-1);
  const step = target.step === undefined ? {} : { step: target.step };
  const place = turn && !target.agent ? placeOf(found.points, { turn: turn.id, ...step }) : -1;
  if (place < 0) throw fail('not-bisected', { revision, name: `${state.conversation}/${state.branch}`, last: found.turns.at(-1)?.n ?? 0 });
  return place;
}

function searchOf({ points }: Searched, { marks }: BisectState): Search {
  const verdicts = new Map(marks.map((mark) => [placeOf(points, mark), mark.as]));
  verdicts.delete(-1);
  return searchFirstBad(points.length, verdicts);
}

function nextOf(found: Searched, state: BisectState): number {
  const search = searchOf(found, state);
  if (search.state !== 'open') throw fail('bisect-over');
  return search.next;
}

function withMark(state: BisectState, { points }: Searched, place: number, as: Verdict): BisectState {
  const { turn, step } = points[place] as Point;
  return { ...state, marks: [...state.marks, { as, turn, ...(step === undefined ? {} : { step }) }] };
}

const pointAt = ({ points }: Searched, place: number) => points[place] as Point;

function told(found: Searched, place: number): BisectPoint {
  const { at, step } = pointAt(found, place);
  const [turn] = found.turns.slice(at, at + 1).map(summarize);
  if (!turn) throw new RangeError(`No turn ${at} among ${found.turns.length}`);
  return { turn, ...(step === undefined ? {} : { step }) };
}

function nameOf(found: Searched, place: number, { conversation, branch }: BisectState): string {
  const { turn, step } = told(found, place);
  return `${conversation}/${branch}@${turn.n}${step === undefined ? '' : `.${step}`}`;
}

function resultOf(found: Searched, state: BisectState, judged: JudgedPoint[]): BisectResult {
  const search = searchOf(found, state);
  if (search.state === 'contradiction') {
    throw fail('bisect-contradiction', { good: nameOf(found, search.good, state), bad: nameOf(found, search.bad, state) });
  }
  const { target } = found;
  return {
    conversation: headOfTarget(target),
    name: target.name,
    steps: state.steps,
    judged,
    findings: findingsOf(found, search),
  };
}

function findingsOf(found: Searched, search: Exclude<Search, { state: 'contradiction' }>): BisectFindings {
  switch (search.state) {
    case 'open':
      return { ...search, next: told(found, search.next) };
    case 'found':
      return { state: 'found', first: told(found, search.first) };
    case 'among':
      return { state: 'among', points: search.points.map((place) => told(found, place)) };
    default:
      return search;
  }
}
