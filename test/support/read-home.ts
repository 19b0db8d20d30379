import { storeBackend } from '../../src/ops/backend.ts';
import { type Context, openContext } from '../../src/ops/context.ts';
import type { ImportHome } from './import-home.ts';

/** Works on the store of a home folder as a command does that only reads it. */
export async function withContext<Result>(home: ImportHome, work: (context: Context) => Promise<Result>): Promise<Result> {
  const context = openContext(home.host(), async () => storeBackend(), { store: home.store() });
  try {
    return await work(context);
  } finally {
    await context.close();
  }
}
