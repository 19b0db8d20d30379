import { readTable } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import type { Context, Writing } from './context.ts';
import { findSources } from './import/find.ts';
import { foundTools } from './import/result.ts';
import { importSources } from './import.ts';
import { reimport } from './reimport.ts';
import { verify } from './verify.ts';

/** Returns the operations that write or look at the tools' folders, over a store that `open` opens on first use. */
export function writing(open: (context: Context, create: boolean) => Promise<Store>): Writing {
  return {
    importSources: async (context, input) => importSources(context, await open(context, true), input),
    verify: async (context) => verify(context, await open(context, false)),
    reimport: async (context, input) => reimport(context, await open(context, false), input),
    async findTools(context) {
      const found = await findSources(context, []);
      return foundTools(found, await readTable(context.host, `${context.home}/state`));
    },
  };
}
