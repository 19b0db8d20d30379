import { relative, sep } from 'node:path';
import { ConvoError } from '../errors.ts';
import { type LoggedOperation, type OperationHead, readTaken } from '../store/operations.ts';
import { digestOf, trustedAbove, type WroteOutside, writeOutside } from '../store/outside.ts';
import type { Store } from '../store/store.ts';
import type { SetBackResult } from './operation-result.ts';

type Files = NonNullable<SetBackResult['files']>;

const none: Files = { removed: [], kept: [], written: [], unwritten: [] };

/** Returns what is told of the files that an undo takes away. */
export const takenAway = (told: Pick<Files, 'removed' | 'kept'>): Files => ({ ...none, ...told });

/** Returns what is told of files that are written again. */
export const writtenAgain = ({ files }: WroteOutside): Files => ({ ...none, written: files.map(({ path }) => path) });

/** Of what wrote files again: them, or the bytes that it could not write and that the next time may. */
export interface Again {
  files?: Files;
  wrote?: WroteOutside;
  taken?: Uint8Array;
}

/**
 * Writes again, byte for byte, what an operation wrote and `undo` took away. As at first nothing is written over what is there, or through a
 * link: then nothing is written, and what is told says why.
 */
export async function writeAgain(store: Store, undo: LoggedOperation, before: WroteOutside): Promise<Again> {
  const { host, state } = store;
  const { root } = before;
  const unwritten = (reason: string): Again => ({ files: { ...none, unwritten: before.files.map(({ path }) => ({ path, reason })) } });
  const taken = await takenBy(store, undo, before);
  if (!taken) return unwritten('was not as it had been written when it was undone');
  let from = 0;
  const files = before.files.map(({ path, size }) => {
    from += size;
    return { path: relative(root, path).split(sep).join('/'), bytes: taken.subarray(from - size, from) };
  });
  try {
    const wrote = await writeOutside(host, state, { root, trusted: trustedAbove(host, root) }, files, before.nonce);
    return { files: writtenAgain(wrote), wrote };
  } catch (error) {
    if (!(error instanceof ConvoError) || (error.code !== 'way-blocked' && error.code !== 'cannot-write')) throw error;
    const { path, what, reason = what } = error.data;
    const isIts = before.files.length === 1 && before.files[0]?.path === path;
    return { ...unwritten(`${isIts ? '' : `${path} `}${reason}`), taken };
  }
}

/** Returns the bytes of files, one behind the other, that an operation took away or could not write; undefined where it has none of them. */
export async function takenBy(store: Store, operation: OperationHead, { files }: WroteOutside): Promise<Uint8Array | undefined> {
  const taken = await readTaken(store, operation);
  let from = 0;
  const isSame = files.every(({ size, sha256 }) => {
    from += size;
    return taken && digestOf(taken.subarray(from - size, from)) === sha256;
  });
  return isSame && taken?.length === from ? taken : undefined;
}
