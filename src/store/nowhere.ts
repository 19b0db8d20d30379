import type { ObjectWriter } from './git.ts';

/** A writer that keeps nothing: what is checked is only compared. */
export const nowhere: ObjectWriter = {
  blob: async () => ({ mark: 0 }),
  commit: async () => ({ mark: 0 }),
  id: async () => {
    throw new Error('nothing was written');
  },
  finish: async () => () => {
    throw new Error('nothing was written');
  },
  abort: async () => {},
};
