import { fail } from '../errors.ts';
import type { EngineChoice } from '../store/engine.ts';
import { reader } from '../store/repo.ts';
import { type OpenOptions, openStore, type Store } from '../store/store.ts';
import type { Backend, Context } from './context.ts';

const engines: readonly string[] = ['auto', 'system', 'isomorphic'] satisfies EngineChoice[];

/** Returns the backend of real commands: the store on the disk, opened on first use; importers are loaded by those that write. */
export function storeBackend(): Backend {
  let opened: Promise<Store> | undefined;
  const open = async (context: Context, absent: OpenOptions['absent']) =>
    openStore(context.host, context.home, { engine: await engineOf(context), absent });
  const store = (context: Context, absent: OpenOptions['absent']) => {
    opened ??= open(context, absent);
    return opened;
  };
  return {
    reader: async (context) => reader(await store(context, 'fail')),
    async writing() {
      const { writing } = await import('./writing.ts');
      return writing(store);
    },
    async close() {
      const closing = await opened?.catch(() => undefined); // opening failed, and its caller was told so
      await closing?.engine.close();
    },
  };
}

async function engineOf(context: Context): Promise<EngineChoice> {
  const choice = context.engine ?? (await context.config()).engine ?? 'auto';
  if (!engines.includes(choice)) throw fail('unknown-flag', { message: `--engine is one of ${engines.join(', ')}, not "${choice}"` });
  return choice as EngineChoice;
}
