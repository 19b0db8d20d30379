import { growing, type HomeFile, type ImportHome, type ImportOptions } from './import-home.ts';

/** Returns the offsets behind every line of a file. */
export function lineEnds(bytes: Uint8Array): number[] {
  const ends: number[] = [];
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) ends.push(at + 1);
  return ends;
}

export interface GrowOptions extends ImportOptions {
  /** Rest of the file at every stage but the last. */
  idle?: number;
}

/** Lets a file grow to each of the offsets, importing at each; at the end it is whole and at rest. */
export async function grow(home: ImportHome, { path, bytes }: HomeFile, cuts: readonly number[], options: GrowOptions = {}): Promise<void> {
  const { idle = growing, ...importing } = options;
  for (const cut of cuts) {
    await home.put(path, bytes.subarray(0, cut), idle);
    await home.import(importing);
  }
  await home.put(path, bytes);
  await home.import(importing);
}
