import { type TurnId, textTurnId, turnId } from '../../model/ids.ts';
import { readTurnMark } from '../../model/mark.ts';
import type { Role, TurnKind } from '../../model/turn.ts';
import { type Placed, pour, put } from './pile.ts';
import { newPile, type Segment, type State, type Task } from './state.ts';
import { tool } from './tool.ts';

/** A state with what is derived from it for speed. */
export interface Thread {
  state: State;
  /** Last turn of each task. */
  tasks: Map<string, number>;
}

/** Returns the thread of a state. */
export function threadOf(state: State): Thread {
  return { state, tasks: new Map(state.turns.map((segment, index) => [segment.task, index])) };
}

/** Returns the turn that takes the next record of the running task; undefined before its first. */
export function current(state: State): Segment | undefined {
  return state.task ? state.turns[state.task.now] : undefined;
}

/** Begins a task; without a turn_id it is named by its first turn. One that convo wrote for an answer has its prompt in the task before. */
export function begin(state: State, turn?: string): Task {
  const task: Task = {
    name: turn ?? '',
    told: turn !== undefined,
    now: -1,
    marked: false,
    asked: turn !== undefined && readTurnMark(turn, 'assistant') !== undefined,
    opened: { user: 0, assistant: 0 },
  };
  state.task = task;
  return task;
}

/** Makes the task of a turn_id the running one; false when that task is over. */
export function enter({ state, tasks }: Thread, turn: string): boolean {
  const task = state.task;
  if (task?.told && task.name === turn) return true;
  if (tasks.has(turn)) return false;
  const now = current(state);
  if (!task || task.told || (now && !isPrompt(now))) {
    begin(state, turn);
    return true;
  }
  if (now) {
    tasks.delete(now.task);
    tasks.set(turn, task.now);
    now.native = turn;
    now.task = turn;
  }
  task.name = turn;
  task.told = true;
  return true;
}

export const isPrompt = (segment: Segment): boolean => segment.role === 'user' && segment.kind !== 'compaction';

/** Opens the next turn of a task behind the tip; it takes the records that lead it. */
export function open(thread: Thread, task: Task, role: Role, text: string, kind?: TurnKind): Segment {
  const { state, tasks } = thread;
  const parent = state.turns[state.tip];
  if (parent) parent.closed = true;
  if (task.name === '') task.name = derivedName(thread, role, text);
  const before = task.opened[role];
  task.opened[role] += 1;
  if (role === 'user' && kind !== 'compaction') task.asked = true;
  const native = before === 0 ? task.name : `${task.name}#${before}`;
  const segment: Segment = { ...newPile(), native, task: task.name, role, parent: state.tip, closed: false, open: [], says: false };
  if (kind !== undefined) segment.kind = kind;
  if (role === 'assistant' && state.model !== '') segment.model = state.model;
  task.now = state.turns.push(segment) - 1;
  state.tip = task.now;
  tasks.set(task.name, task.now);
  pour(state.lead, segment);
  state.lead = newPile();
  return segment;
}

/**
 * Names a task of a version without turn_ids: H("turn", parent turn id, role, text) of format.md 1. Before the first turn the
 * conversation's root stands for the parent, so that two conversations that begin with the same words share no turn. Words said
 * again at the same place (after a rollback) get the number of turns before them.
 */
function derivedName({ state, tasks }: Thread, role: Role, text: string): string {
  const parent = state.turns[state.tip];
  const behind = parent ? turnId(tool, parent.native, parent.role) : ((state.meta.lineage.at(-1) ?? '') as TurnId);
  const name: string = textTurnId(behind, role, text.trim());
  return tasks.has(name) ? `${name}~${state.turns.length}` : name;
}

/** Returns the assistant's turn of the running task, opened where there is none: a compaction ends one, too. */
export function answering(thread: Thread): Segment {
  const { state } = thread;
  const task = state.task ?? begin(state);
  const now = current(state);
  if (now?.role !== 'assistant') return open(thread, task, 'assistant', '');
  if (state.model !== '') now.model = state.model;
  return now;
}

/** Gives a record that says nothing to the running turn, or to what leads the next one when that has begun. */
export function carry(state: State, placed: Placed): void {
  const now = state.lead.first < 0 ? current(state) : undefined;
  put(now ?? state.lead, placed);
}

/** Gives a record to a turn, behind what waited for it. */
export function add(state: State, segment: Segment, placed: Placed): void {
  pour(state.lead, segment);
  state.lead = newPile();
  put(segment, placed);
}
