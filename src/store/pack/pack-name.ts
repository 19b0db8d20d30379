import { builtin } from '../../builtin.ts';

/** Milliseconds since 1970 in hex behind two zeros, to the year 2527: names of packs that are written here sort by their age. */
const dateLength = 13;

/** Returns a name for a pack, without its ending: git makes one of what is in it, and reads any. */
export function newPackName(now: number): string {
  const date = Math.floor(now).toString(16).padStart(dateLength, '0');
  return `pack-${date}${builtin.crypto.randomBytes(14).toString('hex').slice(1)}`;
}

/** Tells whether a pack was written here, as far as its name tells: one of 256 that git named looks so too. */
export const isDated = (name: string): boolean => name.startsWith('pack-00');
