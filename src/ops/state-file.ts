import { join } from 'node:path';
import { makeFolders, readIfThere, removeIfThere, writeDurably } from '../store/files.ts';
import type { Context } from './context.ts';

/** A file of the store's state that says what the user is in the middle of; readable by the user alone. */
export interface StateFile<Value> {
  /** Returns what stands there; undefined where nothing does, or what cannot be read, which is said. */
  read(context: Context): Promise<Value | undefined>;
  /** Replaces it. Throws `cannot-write`. */
  save(context: Context, value: Value): Promise<void>;
  forget(context: Context): Promise<void>;
}

/** Returns the file of a name; `ignored`: what counts where it cannot be read. */
export function stateFile<Value>(name: string, isValue: (value: unknown) => value is Value, ignored: string): StateFile<Value> {
  const pathOf = ({ home }: Context) => join(home, 'state', name);
  return {
    async read(context) {
      const path = pathOf(context);
      const bytes = await readIfThere(context.host.fs, path);
      if (!bytes) return undefined;
      try {
        const value: unknown = JSON.parse(bytes.toString('utf8'));
        if (isValue(value)) return value;
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
      }
      context.warn(`${path} cannot be read and is ignored: ${ignored}`);
      return undefined;
    },
    async save(context, value) {
      const path = pathOf(context);
      await makeFolders(context.host.fs, join(context.home, 'state'));
      await writeDurably(context.host.fs, path, `${JSON.stringify(value)}\n`);
    },
    forget: (context) => removeIfThere(context.host.fs, pathOf(context)),
  };
}
