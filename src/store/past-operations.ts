import type { Oid } from './git.ts';
import { pastPrefix } from './layout.ts';
import { type OperationHead, operationsFrom, readHead } from './operations.ts';
import type { Store } from './store.ts';

const day = 24 * 60 * 60_000;
/** How long what was done can be taken back, in days (sync.md 4). */
export const daysKept = 90;

const dateOf = (milliseconds: number) => new Date(milliseconds).toISOString().slice(0, 10);

/**
 * Returns the ref that keeps the operations up to this one, where one of another month comes next: that one has no git parent among them, so
 * they can go as a whole. undefined in the same month. `time` in milliseconds since 1970.
 */
export function pastRefOf(last: OperationHead, time: number): string | undefined {
  const date = dateOf(time);
  return last.time.slice(0, 7) === date.slice(0, 7) ? undefined : `${pastPrefix}${date}-${last.oid.slice(0, 8)}`;
}

/** Lets go of the operations of months that ended more than 90 days ago: git's next gc takes what nothing else holds. */
export async function dropOldOperations({ engine, host }: Store): Promise<void> {
  const limit = dateOf(host.now() - (daysKept + 1) * day);
  const old = (await engine.refs(pastPrefix)).filter(({ name }) => name.slice(pastPrefix.length) < limit);
  if (old.length > 0) await engine.moveRefs(old.map(({ name, oid }) => ({ ref: name, from: oid, to: null })));
}

/** Tells whether an operation is too old to be taken back, whether it still stands in the log or not. */
export const isTooOld = ({ host }: Store, { time }: OperationHead): boolean => Date.parse(time) < host.now() - daysKept * day;

/** Returns an operation that can be taken back by its age; undefined for an older one, which may be gone. Throws `bad-object` when it is missing for another reason. */
export async function recentOperation(store: Store, oid: Oid, tip: Oid | null): Promise<OperationHead | undefined> {
  if (!(await store.engine.read(oid)) && (await hasDropped(store, tip))) return undefined;
  const head = await readHead(store, oid);
  return isTooOld(store, head) ? undefined : head;
}

/** Tells whether operations before the oldest one of the log were let go. */
async function hasDropped(store: Store, tip: Oid | null): Promise<boolean> {
  let oldest: OperationHead | undefined;
  for await (const head of operationsFrom(store, tip)) oldest = head;
  return oldest !== undefined && oldest.before !== null;
}
