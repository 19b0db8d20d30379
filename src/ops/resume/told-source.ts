import type { OutlineEvent, TurnOutline } from '../../importers/importer.ts';
import type { TurnId } from '../../model/ids.ts';
import type { Turn } from '../../model/turn.ts';
import type { Store } from '../../store/store.ts';
import { readContext } from '../import/access.ts';
import type { RawSource } from '../import/raw-sources.ts';

/** A source as raw holds it, read once: what it tells, and its documents by the keys that the importer gave them. */
export interface ToldSource extends RawSource {
  outline: OutlineEvent;
  documents: ReadonlyMap<string, Uint8Array>;
}

/** Reads a source whole and writes nothing. */
export async function readSource({ host }: Store, raw: RawSource): Promise<ToldSource> {
  const documents = new Map<string, Uint8Array>();
  let outline: OutlineEvent | undefined;
  for await (const event of raw.importer.scan(raw.source, context(host, raw))) {
    if (event.type === 'document') documents.set(event.key, event.bytes);
    else if (event.type === 'outline') outline = event;
  }
  if (!outline) throw new Error(`${raw.importer.tool}: a scan ended without an outline`);
  return { ...raw, outline, documents };
}

const context = (host: Store['host'], { access }: RawSource) => ({ ...readContext(host, access, Number.POSITIVE_INFINITY), keep: true });

/** Returns the records of turns of a source, and those of no turn. */
export async function recordsIn(
  { host }: Store,
  told: ToldSource,
  ids: ReadonlySet<TurnId>,
): Promise<{ turns: Map<TurnId, Uint8Array[]>; loose: Uint8Array[] }> {
  const turns = new Map<TurnId, Uint8Array[]>();
  const loose: Uint8Array[] = [];
  for await (const { turn, records } of told.importer.records(told.source, context(host, told), told.outline.cursor, ids)) {
    if (turn === undefined) loose.push(...records);
    else turns.set(turn, records);
  }
  return { turns, loose };
}

/** Returns turns of a source, built as an import builds them, in outline order. */
export async function turnsIn({ host }: Store, told: ToldSource, ids: ReadonlySet<TurnId>): Promise<Turn[]> {
  const turns: Turn[] = [];
  for await (const turn of told.importer.turns(told.source, context(host, told), told.outline.cursor, ids)) turns.push(turn);
  return turns;
}

/** Returns the turns of the main thread of a source from its root to the one that its tool goes on from. */
export function threadIn({ outline }: Pick<ToldSource, 'outline'>): TurnOutline[] {
  const main = outline.turns.filter(({ agent }) => agent === undefined);
  const byId = new Map(main.map((turn) => [turn.id, turn]));
  const path: TurnOutline[] = [];
  for (let at = byId.get(outline.facts.active ?? ('' as TurnId)) ?? main.at(-1); at && !path.includes(at); ) {
    path.push(at);
    at = at.parent === null ? undefined : byId.get(at.parent);
  }
  return path.reverse();
}
