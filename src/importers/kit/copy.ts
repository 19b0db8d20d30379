import type { ReadContext } from '../importer.ts';

/** Returns the first bytes of a file. What is read is the reader's only until it closes the file, so it is a copy. */
export async function copyOf({ open }: ReadContext, size: number): Promise<Uint8Array> {
  const bytes = await open();
  try {
    return new Uint8Array(await bytes.read(0, size));
  } finally {
    await bytes.close();
  }
}
