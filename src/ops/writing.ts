import { ConvoError } from '../errors.ts';
import type { OpenOptions, Store } from '../store/store.ts';
import { finishInterrupted } from '../store/transaction.ts';
import type { Context, Writing } from './context.ts';

/**
 * Returns the operations that write or look at the tools' folders, over a store that `open` opens on first use. Each is loaded
 * when it is called: importers are half of the program, and most commands need none.
 */
export function writing(open: (context: Context, absent: OpenOptions['absent']) => Promise<Store>): Writing {
  return {
    importSources: async (context, input) => {
      const { importSources } = await import('./import.ts');
      return importSources(context, await open(context, input.dryRun ? 'pretend' : 'make'), input);
    },
    verify: async (context) => (await import('./verify.ts')).verify(context, await open(context, 'fail')),
    reimport: async (context, input) => (await import('./reimport.ts')).reimport(context, await open(context, 'fail'), input),
    findTools: async (context) => (await import('./tools.ts')).findTools(context, () => open(context, 'fail')),
    unplaced: async (context) => (await import('./import/unplaced.ts')).unplacedIn((await open(context, 'fail')).engine),
    unsavedTurns: async (context, entry, turns) => (await import('./unsaved.ts')).unsavedTurns(await open(context, 'fail'), entry, turns),
    unsavedAgents: async (context, entry, ids) => (await import('./unsaved.ts')).unsavedAgents(await open(context, 'fail'), entry, ids),
    settle: async (context, target, turn) => (await import('./settle.ts')).settle(context, await open(context, 'fail'), target, turn),
    resume: async (context, input) => (await import('./resume.ts')).resume(context, await openWhole(context, open), input),
    nativeOf: async (context, revision, tool) =>
      (await import('./resume.ts')).nativeOf(context, await open(context, 'fail'), revision, tool),
    fork: async (context, input) => (await import('./fork.ts')).fork(context, await openWhole(context, open), input),
    labelBranch: async (context, input) => (await import('./branch-edit.ts')).labelBranch(context, await openWhole(context, open), input),
    deleteBranches: async (context, input) =>
      (await import('./branch-edit.ts')).deleteBranches(context, await openWhole(context, open), input),
    merge: async (context, input) => (await import('./merge.ts')).merge(context, await openWhole(context, open), input),
    continueMerge: async (context, input) => (await import('./merge.ts')).continueMerge(context, await openWhole(context, open), input),
    abortMerge: async (context) => (await import('./merge.ts')).abortMerge(context),
    pick: async (context, input) => (await import('./pick.ts')).pick(context, await openWhole(context, open), input),
    revert: async (context, input) => (await import('./correct.ts')).revert(context, await openWhole(context, open), input),
    amend: async (context, input) => (await import('./correct.ts')).amend(context, await openWhole(context, open), input),
    editCard: async (context, input) => (await import('./edit-card.ts')).editCard(context, await openWhole(context, open), input),
    tag: async (context, input) => (await import('./tag.ts')).tag(context, await openWhole(context, open), input),
    sync: async (context, did, input) =>
      (await import('./sync.ts'))[did](context, await open(context, did === 'push' ? 'fail' : 'make'), input),
    clone: async (context, input) => (await import('./clone.ts')).clone(context, () => open(context, 'make'), input),
    bring: async (context, entry) => (await import('./sync/bring.ts')).bring(context, await open(context, 'fail'), entry),
    remote: async (context, input) => (await import('./remote.ts')).remote(context, () => openIfThere(context, open), input),
    aheadOfPrimary: async (context) => (await import('./sync/ahead.ts')).aheadOfPrimary(context, () => open(context, 'fail')),
    setBack: async (context, input) => (await import('./undo.ts')).setBack(context, await open(context, 'fail'), input),
    operations: async (context, input) => (await import('./operations.ts')).operations(await open(context, 'fail'), input),
  };
}

/** For what is read before the change begins: it has to be whole then already. */
async function openWhole(context: Context, open: (context: Context, absent: OpenOptions['absent']) => Promise<Store>): Promise<Store> {
  const store = await open(context, 'fail');
  for (const message of await finishInterrupted(store)) context.warn(message);
  return store;
}

async function openIfThere(context: Context, open: (context: Context, absent: OpenOptions['absent']) => Promise<Store>) {
  try {
    return await open(context, 'fail');
  } catch (error) {
    if (error instanceof ConvoError && error.code === 'no-store') return undefined;
    throw error;
  }
}
