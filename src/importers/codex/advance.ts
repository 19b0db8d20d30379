import type { Stop } from '../../model/turn.ts';
import { type Class, type Classified, classify, recordId, type Usage } from './classify.ts';
import { noteMeta } from './meta.ts';
import { type Placed, put } from './pile.ts';
import type { CodexRecord } from './record.ts';
import type { Segment, State } from './state.ts';
import { add, answering, begin, carry, current, enter, isPrompt, open, type Thread } from './task.ts';

/** Where a record stands in the file. */
export interface At {
  offset: number;
  length: number;
  /** Number of its line, from 1. */
  line: number;
}

/** Takes the next record of the file into the state (turns.md 2). */
export function advance(thread: Thread, record: CodexRecord, at: At): void {
  const { state } = thread;
  state.records += 1;
  const found = classify(record);
  const what = found.class;
  if (what.is === 'raw') return;
  if (what.is === 'meta') noteMeta(state.meta, record.payload, state.turns.length === 0 && state.task === null);
  else if (what.is === 'title') state.meta.title = what.title;
  else if (what.is === 'rollback') rollBack(state, what.turns);
  else if (found.turn !== undefined && !enter(thread, found.turn)) late(thread, found.turn, what, place(record, found, at));
  else take(thread, what, place(record, found, at), found.turn !== undefined);
}

function place(record: CodexRecord, { kept, agents }: Classified, { offset, length, line }: At): Placed {
  const placed: Placed = { offset, length, ordinal: record.ordinal ?? line, id: recordId(record), kept, agents };
  if (record.time !== undefined) placed.time = record.time;
  return placed;
}

/** A record of a task that is over: its outputs and other items still belong to its turns, its events tell nothing new. */
function late({ state, tasks }: Thread, turn: string, what: Class, placed: Placed): void {
  const last = state.turns[tasks.get(turn) ?? -1];
  const segment = (what.is === 'output' ? answeredBy(state, what.call) : undefined) ?? last;
  if (!segment) return;
  if (what.is === 'end') close(segment, what.stop);
  if (what.is === 'end' || placed.kept) put(segment, placed);
}

function take(thread: Thread, what: Class, placed: Placed, told: boolean): void {
  const { state } = thread;
  if (what.is === 'start') start(state, placed, told);
  else if (what.is === 'settings') settings(state, what.model, placed);
  else if (what.is === 'note') note(state, placed);
  else if (what.is === 'summary') put(state.lead, placed);
  else if (what.is === 'prompt') prompt(thread, what, placed, told);
  else if (what.is === 'answer' || what.is === 'call') answer(thread, what, placed);
  else if (what.is === 'unknown') unknown(thread, placed);
  else if (what.is === 'output') output(thread, what.call, placed);
  else if (what.is === 'compacted') compact(thread, placed);
  else if (what.is === 'end') end(thread, what, placed);
  else if (what.is === 'tokens') tokens(state, what.usage, placed);
  else if (state.task) {
    if (what.is === 'echo') add(state, answering(thread), placed);
    else carry(state, placed);
  }
}

function start(state: State, placed: Placed, told: boolean): void {
  const now = current(state);
  const task = !state.task || (!told && now && !isPrompt(now)) ? begin(state) : state.task;
  task.marked = true;
  carry(state, placed);
}

function settings(state: State, model: string, placed: Placed): void {
  if (model !== '') state.model = model;
  note(state, placed);
}

/** What the harness says behind an answer leads the next turn, where the version marks no ends. */
function note(state: State, placed: Placed): void {
  const now = current(state);
  if (now?.role === 'assistant' && now.says && !state.task?.told && !state.task?.marked) put(state.lead, placed);
  else carry(state, placed);
}

function prompt(thread: Thread, what: Class & { is: 'prompt' }, placed: Placed, told: boolean): void {
  const { state } = thread;
  const now = current(state);
  if (now?.asked !== undefined && now.asked !== what.via && what.kind === undefined) {
    delete now.asked;
    add(state, now, placed);
    return;
  }
  const segment = promptedTurn(thread, what, told);
  segment.says = false;
  if (what.kind === undefined) segment.asked = what.via;
  add(state, segment, placed);
}

/** A prompt while the task runs belongs to its turns (turn/steer); versions without marks are never steered. */
function promptedTurn(thread: Thread, what: Class & { is: 'prompt' }, told: boolean): Segment {
  const { state } = thread;
  const now = current(state);
  const steers = told || state.task?.marked === true;
  const task = state.task && (!now || steers) ? state.task : begin(state);
  if (!now || !steers) return open(thread, task, 'user', what.text, what.kind);
  if (isPrompt(now)) return now;
  return task.asked ? answering(thread) : open(thread, task, 'user', what.text, what.kind);
}

function answer(thread: Thread, what: Class & { is: 'answer' | 'call' }, placed: Placed): void {
  const segment = answering(thread);
  delete segment.asked;
  segment.says = what.is === 'answer' && what.says;
  if (what.is === 'call') segment.open.push(what.call);
  add(thread.state, segment, placed);
}

/** Newer versions put new items into the history: in front of the prompt they lead its turn, behind it they are the answer's. */
function unknown(thread: Thread, placed: Placed): void {
  const { state } = thread;
  if (state.task?.asked || current(state)?.role === 'assistant') answer(thread, { is: 'answer', says: false }, placed);
  else put(state.lead, placed);
}

function output(thread: Thread, call: string, placed: Placed): void {
  const segment = answeredBy(thread.state, call) ?? answering(thread);
  segment.says = false;
  if (segment === current(thread.state)) add(thread.state, segment, placed);
  else put(segment, placed);
}

/** How many turns back an output may find its call. */
const reach = 256;

/** Returns the turn with a call that waits for this output, and notes that it came. */
function answeredBy({ turns }: State, call: string): Segment | undefined {
  for (let index = turns.length - 1; index >= Math.max(0, turns.length - reach); index -= 1) {
    const segment = turns[index];
    const at = segment?.open.indexOf(call) ?? -1;
    if (segment && at >= 0) {
      segment.open.splice(at, 1);
      return segment;
    }
  }
  return undefined;
}

/** A compaction is a turn of its own, also in the middle of a task; what the assistant does then is a new turn behind it. */
function compact(thread: Thread, placed: Placed): void {
  const { state } = thread;
  const running = state.task;
  const segment = open(thread, running ?? begin(state), 'user', 'compacted', 'compaction');
  put(segment, placed);
  if (!running) {
    segment.closed = true;
    state.task = null;
  }
}

function end(thread: Thread, what: Class & { is: 'end' }, placed: Placed): void {
  const { state } = thread;
  if (!state.task) return;
  const segment = what.error ? answering(thread) : current(state);
  carry(state, placed);
  if (segment) close(segment, what.stop);
  state.task = null;
}

function close(segment: Segment, stop: Stop): void {
  segment.closed = true;
  if (segment.role === 'assistant') segment.stop = stop;
}

/** `num_turns` prompts are taken back: they stay as a dead branch, the next turn hangs on the one before them. */
function rollBack(state: State, prompts: number): void {
  const tip = state.turns[state.tip];
  if (tip) tip.closed = true;
  for (let left = prompts; left > 0; ) {
    const segment = state.turns[state.tip];
    if (!segment) break;
    if (isPrompt(segment)) left -= 1;
    state.tip = segment.parent;
  }
  state.task = null;
}

/** Totals only grow, so a record with the same total is a repetition; without counts of the last request their growth counts. */
function tokens(state: State, usage: Usage, placed: Placed): void {
  if (!state.task) return;
  const now = current(state);
  const repeated = usage.total !== '' && usage.total === state.total;
  const output = usage.output ?? (usage.totalOutput === undefined ? undefined : usage.totalOutput - state.totalOutput);
  if (now?.role === 'assistant' && !repeated && state.lead.first < 0) {
    if (output !== undefined && output >= 0) now.output = (now.output ?? 0) + output;
    if (usage.input !== undefined && usage.input > 0) now.context = usage.input;
  }
  if (usage.total !== '') state.total = usage.total;
  if (usage.totalOutput !== undefined) state.totalOutput = usage.totalOutput;
  carry(state, placed);
}
