import { basename } from 'node:path';
import type { Facts, OutlineEvent, TurnOutline } from '../importer.ts';
import { idOf, isAdopted } from './identity.ts';
import { recordIds } from './pile.ts';
import type { Meta, Segment, State } from './state.ts';
import { current, isPrompt } from './task.ts';

/**
 * Returns what the state tells of the source. `complete`: nothing more comes. Else a prompt whose task has no name yet is left
 * out: in some versions the turn_id, and with it the turn's id, stands only behind the prompt.
 */
export function outlineOf(state: State, key: string, complete: boolean): Omit<OutlineEvent, 'type' | 'cursor'> {
  const shown = complete ? state.turns : state.turns.filter((segment) => !isUnnamed(state, segment));
  const turns = shown.map((segment) => turnOutline(state, segment));
  const inTurns = turns.reduce((sum, { records }) => sum + records.kept.length + records.others.length, 0);
  return {
    facts: factsOf(state, key, shown),
    turns,
    counts: { records: state.records, inTurns, rawOnly: state.records - inTurns },
  };
}

function isUnnamed(state: State, segment: Segment): boolean {
  return state.task !== null && !state.task.told && !state.task.marked && segment === current(state) && isPrompt(segment);
}

/** Returns the id of the turn before a segment; null for a first one. */
export function parentOf(state: State, segment: Segment) {
  const parent = state.turns[segment.parent];
  return parent ? idOf(parent) : null;
}

function turnOutline(state: State, segment: Segment): TurnOutline {
  const outline: TurnOutline = {
    id: idOf(segment),
    parent: parentOf(state, segment),
    role: segment.role,
    records: recordIds(segment),
    state: stateOf(segment),
    agents: segment.agents,
    ordinals: [segment.first, segment.last],
    ...(isAdopted(segment) ? { marked: 'whole' } : {}),
  };
  if (segment.time !== undefined) outline.time = segment.time;
  return outline;
}

function stateOf(segment: Segment): TurnOutline['state'] {
  if (segment.closed) return 'ended';
  return segment.role === 'user' || (segment.open.length === 0 && segment.says) ? 'resting' : 'running';
}

function factsOf({ meta, tip, turns }: State, key: string, shown: Segment[]): Facts {
  const native = meta.native || nameOf(key);
  const root = meta.lineage.at(-1) ?? native;
  const facts: Facts = { native, parents: parentsOf(meta), answered: isAnswered(turns) };
  const last = turns[tip];
  const active = last && !shown.includes(last) ? turns[last.parent] : last;
  const revision = revisionOf(meta, key);
  if (shown.length > 0) facts.root = root;
  if (revision !== undefined) facts.revision = revision;
  if (meta.base) facts.base = meta.base;
  if (meta.agent) facts.agent = { id: meta.native, of: meta.agent.of, ...(meta.agent.name === '' ? {} : { name: meta.agent.name }) };
  if (meta.title !== '') facts.title = meta.title;
  if (meta.folder !== '') facts.folder = meta.folder;
  if (meta.remote !== '') facts.remote = meta.remote;
  if (active) facts.active = idOf(active);
  return facts;
}

const isAnswered = (turns: Segment[]): boolean =>
  turns.some((segment) => {
    const parent = turns[segment.parent];
    return segment.role === 'assistant' && parent !== undefined && isPrompt(parent);
  });

/** A file whose session_meta is lost is known by its name alone: the UUID in it, where there is one. */
function nameOf(key: string): string {
  const name = basename(key).replace(/\.jsonl?$/, '');
  return /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(name)?.[0] ?? name;
}

/** The direct parent, then what a replay names, without the file's own id. */
function parentsOf(meta: Meta): string[] {
  const named = [meta.forkedFrom, ...meta.lineage, meta.parentThread].filter((id) => id !== '' && id !== meta.native);
  return [...new Set(named)];
}

/**
 * A revert (0.169) writes `rollout-<time>-<thread>_<revision>.jsonl`; the revision, a UUIDv7, stands in no record, and a later
 * `history_base.thread_id` names it. A copy under another name has the time of its session_meta instead.
 */
function revisionOf(meta: Meta, key: string): string | undefined {
  const name = basename(key);
  const native = meta.native || nameOf(key);
  const at = name.indexOf(`${native}_`);
  const named = at < 0 ? '' : (/^[0-9A-Za-z-]+/.exec(name.slice(at + native.length + 1))?.[0] ?? '');
  if (named !== '') return named;
  return meta.base && meta.base.native === meta.native && meta.time !== '' ? meta.time : undefined;
}
