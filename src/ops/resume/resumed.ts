import { join } from 'node:path';
import { writeDerived } from '../../store/derived.ts';
import { readIfThere } from '../../store/files.ts';
import type { Store } from '../../store/store.ts';

/** The conversations that this machine wrote for a tool, a line each: native id and size in bytes. */
const resumedPath = ({ state }: Pick<Store, 'state'>) => join(state, 'resumed');

/** Returns the native ids of the conversations that this machine wrote, each with the size that it was written with. */
export async function readResumed({ host, state }: Pick<Store, 'host' | 'state'>): Promise<Map<string, number>> {
  const text = (await readIfThere(host.fs, resumedPath({ state })))?.toString('utf8') ?? '';
  return new Map(
    text.split('\n').flatMap((line): [string, number][] => (line === '' ? [] : [[line.split(' ')[0] ?? '', Number(line.split(' ')[1])]])),
  );
}

/** Remembers that this machine wrote a conversation. */
export async function noteResumed(store: Store, native: string, size: number): Promise<void> {
  const lines = [...(await readResumed(store)).set(native, size)].map(([id, bytes]) => `${id} ${bytes}\n`);
  await writeDerived(store.host, resumedPath(store), lines.join(''));
}
