import { join } from 'node:path';
import { exchange } from './claude-exchange.ts';
import { type Session, session } from './claude-session.ts';
import type { Fields, Plan } from './conversation.ts';
import { phrase, text } from './text.ts';

/** A main transcript as it is written. */
export interface Transcript {
  plan: Plan;
  session: Session;
  /** The file, and the folder of its companions, below the home. */
  path: string;
  companions: string;
  /** The last record of each exchange, with the number of records written until then. */
  ends: { uuid: string; records: number }[];
}

/** Returns the folder of a project's transcripts below the home: every other character than letters and digits becomes `-`. */
export const projectFolder = (folder: string): string => join('.claude', 'projects', folder.replace(/[^A-Za-z0-9]/g, '-'));

/**
 * Writes one conversation of Claude Code; with `fork` also a second transcript that repeats its first half under a session id
 * of its own (`--fork-session` keeps uuids and times) and goes on otherwise. Returns the number of turns, without those of
 * sub-agents.
 */
export function claudeConversation(plan: Plan, fork: boolean): number {
  const records: Fields[] = [];
  const first = begin(plan, (record) => {
    if (fork) records.push(record);
  });
  first.session.meta('mode', { mode: 'normal' });
  first.session.meta('permission-mode', { permissionMode: 'acceptEdits' });
  const skills = text(plan.numbers, 'prose', 1500);
  first.session.add('attachment', { attachment: { type: 'skill_listing', content: skills } });
  let count = 0;
  for (; count < plan.exchanges && !plan.enough?.(); count += 1) exchange(first);
  first.session.meta('ai-title', { aiTitle: phrase(plan.numbers) });
  return 2 * (count + (fork ? forked(first, records) : 0));
}

/** Returns how many exchanges the fork has of its own. */
function forked({ plan, ends, session }: Transcript, records: Fields[]): number {
  const at = ends[Math.ceil(ends.length / 2) - 1];
  if (!at) throw new Error('a fork of a conversation without exchanges');
  const second = begin(plan, () => {});
  for (const record of records.slice(0, at.records)) plan.emit(second.path, lineOf({ ...record, sessionId: second.session.id }));
  second.session.clock.pass((session.clock.millis() - plan.start) / 1000);
  second.session.last = at.uuid;
  const own = Math.max(1, Math.floor(plan.exchanges / 4));
  for (let n = 0; n < own; n += 1) exchange(second);
  return own;
}

/** Returns a record as a line of a transcript. */
export const lineOf = (record: Fields): string => `${JSON.stringify(record)}\n`;

function begin(plan: Plan, also: (record: Fields) => void): Transcript {
  const { numbers, folder, start, emit } = plan;
  const id = numbers.uuid();
  const companions = join(projectFolder(folder), id);
  const path = `${companions}.jsonl`;
  const write = (record: Fields) => {
    emit(path, lineOf(record));
    also(record);
  };
  return { plan, session: session({ numbers, id, folder, start, write }), path, companions, ends: [] };
}
