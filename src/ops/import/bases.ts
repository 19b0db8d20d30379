import type { Base } from '../../importers/importer.ts';
import type { TurnId } from '../../model/ids.ts';
import type { SourceRow } from '../../store/state.ts';
import type { Scanned } from './scan.ts';

/** Tells of a source that this run has not read whether one that it has read needs it: as its past, its agent, or its agent's parent. */
export function missing(scanned: readonly Scanned[]): (row: SourceRow) => boolean {
  const bases = new Set(missingBases(scanned).map(({ tool, native }) => `${tool} ${native}`));
  const kin = new Set<string>();
  for (const { importer, facts, turns } of scanned) {
    if (facts.agent) kin.add(`${importer.tool} ${facts.agent.of}`);
    for (const turn of turns) for (const agent of turn.agents) kin.add(`${importer.tool} ${agent}`);
  }
  for (const { importer, facts } of scanned) kin.delete(`${importer.tool} ${facts.agent?.id ?? facts.native}`);
  return ({ tool, native, revision, agent }) =>
    agent === undefined
      ? [`${tool} ${native}`, `${tool} ${revision}`].some((name) => bases.has(name) || kin.has(name))
      : kin.has(`${tool} ${agent}`);
}

/** Returns the sources after which scanned ones go on and that are not among them. */
export function missingBases(scanned: readonly Scanned[]): { tool: Scanned['importer']['tool']; native: string }[] {
  return scanned.flatMap((source) => {
    const { base } = source.facts;
    return base && named(source, base, scanned).length === 0 ? [{ tool: source.importer.tool, native: base.native }] : [];
  });
}

/** Sets `base` of every source that goes on from another one; `others` = sources that were read for that alone. */
export function resolveBases(scanned: readonly Scanned[], others: readonly Scanned[]): void {
  const all = [...scanned, ...others];
  for (const source of scanned) {
    const turn = source.facts.base && baseTurn(source, source.facts.base, all, new Set());
    if (turn !== undefined) source.base = turn;
  }
}

/** The last turn of the named source whose ordinals all lie before the cut; where it has none, the search goes on in its own base. */
function baseTurn(source: Scanned, base: Base, all: readonly Scanned[], seen: Set<Scanned>): TurnId | undefined {
  if (seen.has(source)) return undefined;
  seen.add(source);
  const { before = Number.POSITIVE_INFINITY } = base;
  for (const other of named(source, base, all)) {
    const turn = other.turns.findLast(({ agent, ordinals }) => agent === undefined && ordinals[1] < before);
    if (turn) return turn.id;
    const next = other.facts.base;
    const deeper = next && baseTurn(other, { ...next, before: Math.min(before, next.before ?? before) }, all, seen);
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}

/**
 * The sources that a base may mean: the revision of that name, else the first file of that thread, else (a copy that lost its
 * name) its revisions from the newest on, for a revision only those before itself.
 */
function named({ importer, facts }: Scanned, { native }: Base, all: readonly Scanned[]): Scanned[] {
  const others = all.filter((other) => other.importer.tool === importer.tool && other.facts !== facts);
  const revision = others.filter((other) => other.facts.revision === native);
  if (revision.length > 0) return revision;
  const thread = others.filter((other) => other.facts.native === native);
  const first = thread.filter((other) => other.facts.revision === undefined);
  if (first.length > 0) return first;
  return thread
    .filter((other) => native !== facts.native || (other.facts.revision ?? '') < (facts.revision ?? ''))
    .sort((a, b) => ((a.facts.revision ?? '') < (b.facts.revision ?? '') ? 1 : -1));
}
