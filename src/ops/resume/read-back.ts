import type { Exporter, Told, Written } from '../../exporters/exporter.ts';
import { importers } from '../../importers/registry.ts';
import { shortHash } from '../../model/hash.ts';
import type { TurnId } from '../../model/ids.ts';
import { spareMemory } from '../../store/memory.ts';
import type { Store } from '../../store/store.ts';
import { diskAccess } from '../import/access.ts';
import { readSource, threadIn, turnsIn } from './told-source.ts';

/** Reads a conversation that was written as an import will read it; returns in what it differs from what was to be written, '' = in nothing. */
export async function readBack(
  store: Store,
  exporter: Exporter,
  path: string,
  { native }: Written,
  expected: readonly Told[],
): Promise<string> {
  const importer = importers.find(({ tool }) => tool === exporter.tool);
  if (!importer) return `nothing reads ${exporter.title}`;
  for await (const source of importer.sniff(path, store.host)) {
    const told = await readSource(store, { importer, source, access: diskAccess(store.host, source, spareMemory()) });
    if (told.outline.facts.native !== native) return 'it has another id';
    const order = threadIn(told).map(({ id }) => id);
    const built = new Map((await turnsIn(store, told, new Set(order))).map((turn) => [turn.id, turn]));
    const found = order.flatMap((id): Told[] => {
      const turn = built.get(id);
      return turn ? [{ id, role: turn.role, ...optional(turn), steps: turn.steps }] : [];
    });
    return difference(found, expected);
  }
  return 'it is no transcript';
}

const optional = ({ kind, stop }: Pick<Told, 'kind' | 'stop'>) => ({
  ...(kind === undefined ? {} : { kind }),
  ...(stop === undefined ? {} : { stop }),
});

function difference(found: readonly Told[], expected: readonly Told[]): string {
  for (const [index, turn] of expected.entries()) {
    const other = found[index];
    if (!other) return `it ends before turn ${index + 1}`;
    for (const field of ['id', 'role', 'kind', 'stop', 'steps'] as const)
      if (canonical(other[field]) !== canonical(turn[field])) return `${field} of turn ${index + 1}, ${turn.id as TurnId}`;
  }
  return found.length > expected.length ? `it has ${found.length - expected.length} turns more` : '';
}

/** A value as text, whatever the order of its keys; bytes by their hash. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, one: unknown) => {
      if (one instanceof Uint8Array) return shortHash(one);
      if (typeof one !== 'object' || one === null || Array.isArray(one)) return one;
      if ('type' in one && one.type === 'Buffer' && 'data' in one) return shortHash(Buffer.from(one.data as number[]));
      return Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)));
    }) ?? ''
  );
}
