import { fail } from '../../errors.ts';
import { readCard } from '../../store/catalogue.ts';
import { homeOf } from '../../store/entry.ts';
import type { SourceTable } from '../../store/state.ts';
import type { Store } from '../../store/store.ts';
import type { Context } from '../context.ts';
import { readRemotes } from '../remote/settings.ts';
import type { Target } from '../target.ts';
import { readResumed } from './resumed.ts';

/** What this machine remembers of its sources: a large file where there are many. */
export type Sources = () => Promise<SourceTable>;

/** Tells whether a branch holds what was not recorded on this machine, as far as this machine remembers. */
export async function isFromElsewhere(
  context: Context,
  store: Store,
  { entry, branch, foreign }: Target,
  sources: Sources,
): Promise<boolean> {
  if (foreign || (await readRemotes(context)).length === 0) return foreign === true;
  const { conversation, branch: name } = homeOf(entry, branch);
  const rows = (await readCard(store.engine, conversation))?.native ?? [];
  const bound = rows.filter((row) => row.branch === name);
  const { rows: read } = await sources();
  const imported = [...read.values()].map(({ native, revision }) => (revision === undefined ? native : `${native}_${revision}`));
  const here = new Set([...imported, ...(await readResumed(store)).keys()]);
  return (bound.length > 0 ? bound : rows).some(({ source }) => !here.has(source));
}

/** Throws `needs-trust` unless the user trusts what another machine recorded, by a flag or at the terminal. */
export async function requireTrust({ host }: Context, { entry, name }: Target): Promise<void> {
  if (host.interactive && host.ask) {
    const typed = await host.ask(`${entry.id} was made on another machine, and a tool will act on what stands in it. Go on? [y/N] `);
    if (/^y(es)?$/i.test(typed.trim())) return;
  }
  throw fail('needs-trust', { conversation: entry.id, revision: name || entry.id });
}
