import { ConvoError } from '../errors.ts';
import { readHeld } from '../store/operations.ts';
import { readTable } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import type { Context } from './context.ts';
import { findSources } from './import/find.ts';
import type { Held } from './import/held.ts';
import { foundTools } from './import/result.ts';
import type { FoundTool } from './import-result.ts';

/** Tells which tools are found under the home folder, and what is new there: stat only. */
export async function findTools(context: Context, open: () => Promise<Store>): Promise<FoundTool[]> {
  const found = await findSources(context, []);
  return foundTools(found, await readTable(context.host, `${context.home}/state`), await heldIn(open));
}

async function heldIn(open: () => Promise<Store>): Promise<Held> {
  try {
    return await readHeld((await open()).engine);
  } catch (error) {
    if (error instanceof ConvoError && error.code === 'no-store') return new Set();
    throw error;
  }
}
