import type { Exporter, Told, Written } from '../../exporters/exporter.ts';
import { importers } from '../../importers/registry.ts';
import { isSame } from '../../model/same.ts';
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

/** At most so many turns are named. */
const named = 3;

function difference(found: readonly Told[], expected: readonly Told[]): string {
  const differing = expected.flatMap((turn, index) => {
    const other = found[index];
    const field = other && (['id', 'role', 'kind', 'stop', 'steps'] as const).find((one) => !isSame(other[one], turn[one]));
    return field ? [`${field} of turn ${index + 1}, ${turn.id}`] : [];
  });
  const shown = differing.slice(0, named);
  if (differing.length > named) shown.push(`${differing.length - named} turns more`);
  if (found.length < expected.length) shown.push(`it ends before turn ${found.length + 1}`);
  if (found.length > expected.length) shown.push(`it has ${found.length - expected.length} turns more`);
  return shown.join('; ');
}
