import { recordOf } from '../../importers/codex/record.ts';
import type { JsonObject } from '../../importers/kit/jsonl.ts';
import type { Exported, StateRow, Target, Written } from '../exporter.ts';
import { type Edit, editJson } from '../kit/edit-json.ts';
import { type MovePath, movePath } from '../kit/move-path.ts';
import { type Kept, readRecord } from '../kit/record.ts';
import { addStated, addTask } from './build.ts';
import { inTask } from './cut.ts';
import { add, type Lines, newLines } from './lines.ts';
import { metaFor, metasIn, threadIdOf } from './meta.ts';
import { type Planned, stated } from './thread.ts';

/** Plan.write. */
export function write(thread: Exported, plan: readonly Planned[], target: Target): Written {
  const planned = plan.map(({ records, ...one }) => ({ ...one, kept: records?.map(readRecord) }));
  const all = planned.flatMap(({ kept = [] }) => kept);
  const numbered = all.length > 0 && all.every(({ value }) => Number.isSafeInteger(value.ordinal));
  const out = newLines(target, numbered);
  const move = movePath(thread, target);
  const metas = all.length > 0 ? metasIn(thread.loose) : [];
  const own = metas.at(-1);
  add(out, 'session_meta', metaFor(target, own && recordOf(own.value).payload, numbered, move), new Date(target.now).toISOString());
  if (!numbered) for (const meta of lineage(metas)) out.lines.push(meta.text);
  for (const one of planned) {
    if (one.kept && one.isCut) addCut(out, one, one.kept, move);
    else if (one.kept) addKept(out, one, one.kept, move);
    else addTask(out, one.turn, one.arranged);
  }
  if (thread.title.trim() !== '')
    add(out, 'event_msg', { type: 'thread_name_updated', thread_id: target.ids.native, thread_name: thread.title });
  const path = pathOf(target);
  const bytes = Buffer.from(`${out.lines.join('\n')}\n`);
  return { native: target.ids.native, files: [{ path, bytes }], state: stateRow(thread, target, path) };
}

/** As in a fork of old versions, the first record is followed by those of the threads that were copied: the turns are named after them. */
function lineage(metas: readonly Kept[]): Kept[] {
  return metas.filter(
    (meta, index) => threadIdOf(meta) !== '' && metas.findIndex((other) => threadIdOf(other) === threadIdOf(meta)) === index,
  );
}

/** Adds records as they are. Only numbers, the thread's id and the folders of a project that has moved change. */
function addKept(out: Lines, { native, open }: Omit<Planned, 'records'>, records: readonly Kept[], move: MovePath): void {
  for (const record of records) {
    out.lines.push(editJson(record.text, record.value, editsOf(out, record.value, move)));
    const time = recordOf(record.value).time;
    if (time !== undefined) out.time = time;
  }
  for (const [call, type] of open ?? []) addStated(out, native, call, type, stated);
}

/** Adds records of an answer's first steps as they are, in a task of their own, by whose id the turn is known. */
function addCut(out: Lines, one: Omit<Planned, 'records'>, records: readonly Kept[], move: MovePath): void {
  const { turn } = one;
  const native = out.target.ids.forTurn(turn.id, turn.role);
  add(out, 'event_msg', { type: 'task_started', turn_id: native, model_context_window: null }, turn.time);
  addKept(
    out,
    { ...one, native },
    records.map((record) => inTask(record, native)),
    move,
  );
  add(out, 'event_msg', { type: 'task_complete', last_agent_message: null, turn_id: native });
}

function editsOf(out: Lines, value: JsonObject, move: MovePath): Edit[] {
  const { payload } = recordOf(value);
  const thread = out.target.ids.native;
  const edits: Edit[] = [
    { path: ['ordinal'], value: out.lines.length },
    { path: ['payload', 'thread_id'], value: thread },
    { path: ['payload', 'session_id'], value: thread },
  ];
  if (value.type === 'turn_context' && typeof payload.cwd === 'string') edits.push({ path: ['payload', 'cwd'], value: move(payload.cwd) });
  for (const key of ['workspace_roots', 'runtime_workspace_roots']) {
    const roots = payload[key];
    if (Array.isArray(roots))
      edits.push({ path: ['payload', key], value: roots.map((root) => (typeof root === 'string' ? move(root) : root)) });
  }
  return edits;
}

/** `YYYY/MM/DD/rollout-<time>-<thread>.jsonl`; Codex takes the local time, any one is found. */
function pathOf({ now, ids }: Target): string {
  const time = new Date(now).toISOString().slice(0, 19);
  return `${time.slice(0, 10).replaceAll('-', '/')}/rollout-${time.replaceAll(':', '-')}-${ids.native}.jsonl`;
}

function stateRow(thread: Exported, { root, cwd, ids, now, version }: Target, path: string): StateRow {
  const first = thread.turns.flatMap(({ turn }) => (turn.role === 'user' ? turn.steps.flatMap(({ parts }) => parts) : []));
  const prompt = first.find((part) => part.kind === 'text');
  const text = prompt?.kind === 'text' ? prompt.text.slice(0, 1000) : '';
  const seconds = Math.floor(now / 1000);
  return {
    database: 'state_*.sqlite',
    table: 'threads',
    row: {
      ...{ id: ids.native, rollout_path: `${root}/${path}`, cwd, title: thread.title, first_user_message: text, preview: text },
      ...{ created_at: seconds, updated_at: seconds, created_at_ms: now, updated_at_ms: now },
      ...{ source: 'cli', thread_source: 'user', has_user_event: 1, archived: 0, tokens_used: 0, cli_version: version ?? '0.169.0' },
    },
  };
}
