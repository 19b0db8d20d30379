import { sourceFolder } from '../../store/layout.ts';
import type { SourceRow } from '../../store/state.ts';
import type { Scanned } from './scan.ts';
import { folderOf } from './source-names.ts';

/** Raw folders of the sources whose import was undone: they are left alone until `--again` (sync.md 4). */
export type Held = ReadonlySet<string>;

/** Tells whether a source that was read before is held back. */
export function isHeld(held: Held, row: SourceRow | undefined): boolean {
  return row !== undefined && held.size > 0 && held.has(sourceFolder(row.tool, row.native, row.revision));
}

/** Returns the scanned sources apart: those to save, and those that are held back for themselves or as agents of a held one. */
export function withhold(scanned: readonly Scanned[], held: Held): { free: Scanned[]; held: Scanned[] } {
  const isOut = (source: Scanned) => {
    const of = source.facts.agent?.of;
    return held.has(folderOf(source)) || (of !== undefined && held.has(sourceFolder(source.importer.tool, of)));
  };
  return held.size === 0 ? { free: [...scanned], held: [] } : { free: scanned.filter((one) => !isOut(one)), held: scanned.filter(isOut) };
}

/** Returns what is held back after these sources were read all the same; undefined where that changes nothing. */
export function released(held: Held, read: readonly Scanned[]): Set<string> | undefined {
  const left = new Set(held);
  for (const source of read) left.delete(folderOf(source));
  return left.size === held.size ? undefined : left;
}
