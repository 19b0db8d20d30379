import type { OpenTurn } from '../store/entry.ts';
import type { Context } from './context.ts';
import { openAt } from './in-progress.ts';
import type { Target } from './target.ts';

/** A place all of whose turns stand on pages. */
export interface Settled {
  target: Target;
  /** The turn in progress that was saved for it: what its tool adds to it goes on elsewhere. */
  inProgress?: OpenTurn;
}

/**
 * Returns a target once the turn in progress that it names or ends with is saved, as `settle` does it, and tells of it; the target as it was
 * where there is none, or no source tells it any more. Importers are loaded only where there is one.
 */
export async function savedOpen(context: Context, target: Target): Promise<Target> {
  const open = openAt(target);
  const settled = open && (await (await context.writing()).settle(context, target, open));
  if (!settled) return target;
  const { inProgress } = settled;
  if (inProgress) context.warn(`Turn ${inProgress.n} of ${target.entry.id} was in progress: it is saved as it stood`);
  return settled.target;
}
