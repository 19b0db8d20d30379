import { number, object, string } from '../kit/fields.ts';
import type { JsonObject } from '../kit/jsonl.ts';
import type { Meta } from './state.ts';

/** Takes what a session_meta says; only the first one is the file's own, those after it before the first turn are its ancestors'. */
export function noteMeta(meta: Meta, payload: JsonObject, leading: boolean): void {
  const id = string(payload.id);
  if (id === '') return;
  if (leading && meta.lineage.at(-1) !== id) meta.lineage.push(id);
  if (meta.native !== '') return;
  meta.native = id;
  meta.forkedFrom = string(payload.forked_from_id);
  meta.folder = string(payload.cwd);
  meta.remote = string(object(payload.git).repository_url);
  meta.time = string(payload.timestamp);
  const spawn = object(object(object(payload.source).subagent).thread_spawn);
  meta.parentThread = string(spawn.parent_thread_id) || string(payload.parent_thread_id);
  const isAgent = object(payload.source).subagent !== undefined;
  if (isAgent && meta.parentThread !== '') {
    meta.agent = {
      of: meta.parentThread,
      name: string(payload.agent_nickname) || string(spawn.agent_nickname) || string(payload.agent_role),
    };
  }
  const base = object(payload.history_base);
  const before = number(base.end_ordinal_exclusive);
  if (string(base.thread_id) !== '') meta.base = { native: string(base.thread_id), ...(before === undefined ? {} : { before }) };
}
