import type { ObjectType } from '../git.ts';

// gitformat-pack(5).

/** Types of objects as a pack numbers them. */
export const typeNumber: Record<ObjectType, number> = { commit: 1, tree: 2, blob: 3 };
/** A delta whose base stands before it in the same pack. */
export const offsetDelta = 6;
/** A delta whose base is named by its id. */
export const idDelta = 7;

/** What an index of version 2 begins with, then the version. */
export const indexMagic = 0xff744f63;
export const indexVersion = 2;
/** Where in an index the 256 counts stand, and behind them the ids. */
export const fanoutAt = 8;
export const idsAt = fanoutAt + 256 * 4;
export const idSize = 20;
/** Offsets from here on stand in a table of their own. */
export const farOffset = 0x80000000;
