import { parseCard } from '../../src/model/card-page.ts';
import { valuesOf } from '../../src/model/card-undo.ts';
import { gitOf } from './told-store.ts';

/** What undo has to bring back: every ref but the catalogue and those of the operation log, and every card by its values. */
export interface StoreState {
  refs: Record<string, string>;
  cards: Record<string, [what: string, value: string][]>;
}

const lines = (text: string): string[] => text.split('\n').filter(Boolean);

/** Returns the state of a store. */
export function stateOf(gitdir: string): StoreState {
  const rows = lines(gitOf(gitdir, 'for-each-ref', '--format=%(refname) %(objectname)')).map((row) => row.split(' '));
  const refs = rows.filter(([ref = '']) => ref !== 'refs/convo/ops' && ref !== 'refs/heads/main' && !ref.startsWith('refs/convo/past/'));
  const hasMain = rows.some(([ref]) => ref === 'refs/heads/main');
  const paths = hasMain ? lines(gitOf(gitdir, 'ls-tree', '-r', '--name-only', 'refs/heads/main', 'conversations/')) : [];
  const cards = paths.map((path) => {
    const values = valuesOf(parseCard(gitOf(gitdir, 'show', `refs/heads/main:${path}`)));
    return [path, [...values].sort(([a], [b]) => (a < b ? -1 : 1))] as const;
  });
  return { refs: Object.fromEntries(refs), cards: Object.fromEntries(cards) };
}
