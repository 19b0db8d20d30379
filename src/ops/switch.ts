import type { Context } from './context.ts';
import { currents, saveCurrent } from './current.ts';
import { findPlace, type Place } from './revision.ts';
import { type ConversationHead, headOfTarget } from './target.ts';

export interface SwitchResult {
  current: ConversationHead;
  /** What was current before, where that was another place; its branch where its id alone does not mean it now. */
  before?: { id: string; title: string; branch?: string };
}

function beforeOf({ entry, branch = entry.active }: Place, now: string): NonNullable<SwitchResult['before']> {
  const { id, title, active } = entry;
  const label = entry.branches.find(({ name }) => name === branch)?.label;
  return { id, title, ...(id === now || branch !== active ? { branch: label ?? branch } : {}) };
}

/** Makes a conversation (and branch, where one is named) the current one; `-` is the one before. */
export async function switchTo(context: Context, revision: string): Promise<SwitchResult> {
  const entries = await (await context.reader()).entries();
  const chosen = await currents(context, entries);
  const found = findPlace(entries, revision === '-' ? '@-' : revision, chosen);
  const { entry, branchEntry } = found;
  if (found.revision.turn !== undefined) context.warn('A conversation is made current, not a turn: the turn was left out');
  const was = chosen.current;
  const place: Place = { entry, branch: branchEntry.name };
  const same = was !== undefined && was.entry.id === entry.id && (was.branch ?? was.entry.active) === branchEntry.name;
  await saveCurrent(context, place, same ? chosen.before : was);
  return {
    current: headOfTarget({ entry, branch: branchEntry }),
    ...(was && !same && { before: beforeOf(was, entry.id) }),
  };
}
