import type { GitEngine, ObjectWriter, Oid, Written } from './git.ts';
import { objectId } from './objects.ts';

const zero = '0'.repeat(40) as Oid;

/** Returns a writer that keeps nothing: what is checked is only compared. It tells the ids of blobs; commits have none. */
export function nowhere(): ObjectWriter {
  const blobs: Oid[] = [];
  const oidOf = ({ mark }: Written) => blobs[mark - 1] ?? zero;
  return {
    blob: async (content) => ({ mark: blobs.push(objectId('blob', content)) }),
    commit: async () => ({ mark: 0 }),
    id: async (written) => oidOf(written),
    finish: async () => oidOf,
    abort: async () => {},
  };
}

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
  writer: async () => nowhere(),
  moveRefs: async () => impossible(),
  check: async () => ({ problems: [] }),
  recover: async () => [],
  maintain: async () => {},
  close: async () => {},
};
