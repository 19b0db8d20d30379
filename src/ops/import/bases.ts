import type { TurnId } from '../../model/ids.ts';
import type { SourceRow } from '../../store/state.ts';
import type { Scanned } from './scan.ts';

/** Natives and agents that scanned sources name but that this run has not read. */
export function missing(scanned: readonly Scanned[]): (row: SourceRow) => boolean {
  const natives = new Set<string>();
  const agents = new Set<string>();
  for (const { importer, facts, turns } of scanned) {
    if (facts.base) natives.add(`${importer.tool} ${facts.base.native}`);
    for (const turn of turns) for (const agent of turn.agents) agents.add(`${importer.tool} ${agent}`);
  }
  for (const { importer, facts } of scanned) {
    natives.delete(`${importer.tool} ${facts.revision === undefined ? facts.native : ''}`);
    if (facts.agent) agents.delete(`${importer.tool} ${facts.agent.id}`);
  }
  return (row) => natives.has(`${row.tool} ${row.native}`) || (row.agent !== undefined && agents.has(`${row.tool} ${row.agent}`));
}

/** Sets `base` of every source that goes on from another one which this run has read. */
export function resolveBases(scanned: readonly Scanned[]): void {
  for (const source of scanned) {
    const turn = baseTurn(source, scanned);
    if (turn !== undefined) source.base = turn;
  }
}

/** The last turn of the other source whose ordinals all lie before the cut; a revision goes on from an earlier one. */
function baseTurn({ importer, facts }: Scanned, scanned: readonly Scanned[]): TurnId | undefined {
  if (!facts.base) return undefined;
  const { native, before = Number.POSITIVE_INFINITY } = facts.base;
  const others = scanned.filter((other) => other.importer.tool === importer.tool && other.facts.native === native && other.facts !== facts);
  const earlier = others.filter((other) => native !== facts.native || (other.facts.revision ?? '') < (facts.revision ?? ''));
  const newest = earlier.sort((a, b) => ((a.facts.revision ?? '') < (b.facts.revision ?? '') ? 1 : -1));
  for (const other of newest) {
    const turn = other.turns.findLast(({ agent, ordinals }) => agent === undefined && ordinals[1] < before);
    if (turn) return turn.id;
  }
  return undefined;
}
