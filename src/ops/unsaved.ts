import type { TurnId } from '../model/ids.ts';
import { redact } from '../model/redaction.ts';
import type { Turn } from '../model/turn.ts';
import type { Entry, OpenTurn } from '../store/entry.ts';
import { conversationsOf } from '../store/joined.ts';
import type { Store } from '../store/store.ts';
import { type RawSource, rawAgents, rawSources } from './import/raw-sources.ts';
import { rescan, type Scanned, turnsOf } from './import/scan.ts';

/**
 * Returns turns that stand on no page yet, built from raw as an import would write them if they ended now, in the order asked for.
 * Left out: those that raw does not give.
 */
export async function unsavedTurns(store: Store, entry: Entry, open: readonly OpenTurn[]): Promise<Turn[]> {
  const sources = new Set(open.map(({ source }) => source));
  const built = new Map<TurnId, Turn>();
  const wanted = new Set(open.map(({ id }) => id));
  for (const conversation of conversationsOf(entry)) {
    for await (const raw of rawSources(store, entry.tool, conversation, sources)) {
      const scanned = await scanRaw(store, raw);
      for await (const turn of turnsOf(scanned, store.host, wanted)) if (!isFuller(built.get(turn.id), turn)) built.set(turn.id, turn);
    }
  }
  return open.flatMap(({ id, n, parent }) => {
    const turn = built.get(id);
    return turn ? [redact({ ...turn, n, parent })] : [];
  });
}

/** Returns the threads of these sub-agents, as far as raw tells them; they are on no page before their turn holds their result. */
export async function unsavedAgents(store: Store, entry: Entry, ids: ReadonlySet<string>): Promise<Map<string, Turn[]>> {
  const found = new Map<string, Turn[]>();
  for await (const raw of agentFiles(store, entry)) {
    const scanned = await scanRaw(store, raw);
    const agent = scanned.facts.agent?.id;
    if (agent === undefined || !ids.has(agent)) continue;
    const turns: Turn[] = [];
    for await (const turn of turnsOf(scanned, store.host, new Set(scanned.turns.map(({ id }) => id)))) turns.push(turn);
    if (turns.length < (found.get(agent)?.length ?? 1)) continue;
    const n = new Map<TurnId, number>();
    for (const turn of turns) n.set(turn.id, turn.parent === null ? 1 : (n.get(turn.parent) ?? 0) + 1);
    found.set(
      agent,
      turns.map((turn) => redact({ ...turn, n: n.get(turn.id) ?? 1 })),
    );
  }
  return found;
}

async function* agentFiles(store: Store, entry: Entry): AsyncIterable<RawSource> {
  for (const conversation of conversationsOf(entry)) yield* rawAgents(store, entry.tool, conversation);
}

/** Scans as an import does while the file still grows: what that left out is left out here. */
function scanRaw(store: Store, { importer, source, access }: RawSource): Promise<Scanned> {
  const growing = { ...source, given: false, stamp: { ...source.stamp, mtimeMs: store.host.now() } };
  return rescan(importer, growing, access, { store, close: false });
}

const size = ({ records }: Turn) => records.kept.length + records.others.length;
const isFuller = (one: Turn | undefined, other: Turn) => one !== undefined && size(one) >= size(other);
