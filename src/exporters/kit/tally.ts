import type { Component, Fidelity, Kept } from '../exporter.ts';

/** Counts what becomes of the components of a thread. */
export interface Tally {
  add(component: Component, kept: Kept, why?: string, count?: number): void;
  /** One row for each component, way and reason, in the order of the components. */
  rows(): Fidelity[];
}

const order: readonly Component[] = [
  'text',
  'thinking',
  'tool calls',
  'results',
  'images',
  'commands',
  'summaries',
  'context',
  'unknown records',
  'sub-agents',
  'tokens',
  'ids',
  'turns',
];
const ways: readonly Kept[] = ['exact', 'converted', 'flattened', 'dropped'];

/** Returns an empty tally. */
export function newTally(): Tally {
  const found = new Map<string, Fidelity>();
  return {
    add(component, kept, why = '', count = 1) {
      const key = `${component}\0${kept}\0${why}`;
      const row = found.get(key);
      if (row) row.count += count;
      else if (count > 0) found.set(key, { component, kept, count, why });
    },
    rows: () =>
      [...found.values()].sort(
        (a, b) =>
          order.indexOf(a.component) - order.indexOf(b.component) ||
          ways.indexOf(a.kept) - ways.indexOf(b.kept) ||
          (a.why < b.why ? -1 : 1),
      ),
  };
}
