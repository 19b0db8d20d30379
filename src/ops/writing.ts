import { readTable } from '../store/state.ts';
import type { OpenOptions, Store } from '../store/store.ts';
import type { Context, Writing } from './context.ts';
import { findSources } from './import/find.ts';
import { foundTools } from './import/result.ts';
import { importSources } from './import.ts';
import { reimport } from './reimport.ts';
import { unsavedAgents, unsavedTurns } from './unsaved.ts';
import { verify } from './verify.ts';

/** Returns the operations that write or look at the tools' folders, over a store that `open` opens on first use. */
export function writing(open: (context: Context, absent: OpenOptions['absent']) => Promise<Store>): Writing {
  return {
    importSources: async (context, input) => importSources(context, await open(context, input.dryRun ? 'pretend' : 'make'), input),
    verify: async (context) => verify(context, await open(context, 'fail')),
    reimport: async (context, input) => reimport(context, await open(context, 'fail'), input),
    unsavedTurns: async (context, entry, turns) => unsavedTurns(await open(context, 'fail'), entry, turns),
    unsavedAgents: async (context, entry, ids) => unsavedAgents(await open(context, 'fail'), entry, ids),
    async findTools(context) {
      const found = await findSources(context, []);
      return foundTools(found, await readTable(context.host, `${context.home}/state`));
    },
  };
}
