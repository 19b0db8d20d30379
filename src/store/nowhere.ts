import type { GitEngine, ObjectWriter, Oid } from './git.ts';

const zero = '0'.repeat(40) as Oid;

/** A writer that keeps nothing: what is checked is only compared. */
export const nowhere: ObjectWriter = {
  blob: async () => ({ mark: 0 }),
  commit: async () => ({ mark: 0 }),
  id: async () => zero,
  finish: async () => () => zero,
  abort: async () => {},
};

const impossible = (): never => {
  throw new Error('there is no store to write to');
};

/** An engine over no repository: for telling what an import would do where there is no store yet. */
export const noRepository: GitEngine = {
  name: 'isomorphic',
  init: async () => {},
  read: async () => undefined,
  async *readMany(names) {
    for (const _name of names) yield undefined;
  },
  refs: async () => [],
  writer: async () => nowhere,
  moveRefs: async () => impossible(),
  check: async () => ({ problems: [] }),
  recover: async () => [],
  maintain: async () => {},
  close: async () => {},
};
