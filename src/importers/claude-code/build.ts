import type { TurnId } from '../../model/ids.ts';
import type { Json } from '../../model/json.ts';
import type { Turn, TurnKind } from '../../model/turn.ts';
import type { Bytes, Cursor, ReadContext, Source } from '../importer.ts';
import type { JsonObject } from '../kit/jsonl.ts';
import { agentsOf } from './agents.ts';
import { assistantSteps } from './assistant.ts';
import { idOf, recordIds } from './outline.ts';
import { placedBy } from './placed.ts';
import type { Entry, Kind } from './skeleton.ts';
import { sessionFolder } from './spill.ts';
import type { Node } from './tree.ts';
import { userParts } from './user.ts';

/** A record of a turn, read again. */
export interface Member {
  entry: Entry;
  value: JsonObject;
}

/** What building the parts of a turn needs besides its records. */
export interface Building {
  /** Agents that each call started. */
  started: Map<string, string[]>;
  /** Name of the folder beside the transcript. */
  session: string;
  /** Bytes of a companion file. */
  companion: ReadContext['companion'];
}

/** Records that put nothing on a page. */
const unread: ReadonlySet<Kind> = new Set(['trail', 'state', 'duration', 'boundary', 'interrupt', 'dequeue', 'remove', 'popAll', 'raw']);

/** Pass 2 (Importer.turns). */
export async function* buildTurns(source: Source, context: ReadContext, cursor: Cursor, ids: ReadonlySet<TurnId>): AsyncGenerator<Turn> {
  const { entries, tree } = placedBy(cursor);
  const building: Building = { started: agentsOf(entries, tree).started, session: sessionFolder(source), companion: context.companion };
  const bytes = await context.open();
  try {
    for (const node of tree.nodes) {
      if (!ids.has(idOf(entries, node))) continue;
      context.signal.throwIfAborted();
      yield await turnOf(entries, node, bytes, building);
    }
  } finally {
    await bytes.close();
  }
}

async function turnOf(entries: readonly Entry[], node: Node, bytes: Bytes, building: Building): Promise<Turn> {
  const all = node.members.flatMap((index) => entries[index] ?? []);
  const members: Member[] = [];
  for (const entry of all) if (!unread.has(entry.kind)) members.push({ entry, value: await read(bytes, entry) });
  const times = all.flatMap((entry) => (entry.keeps && entry.time !== undefined ? [entry.time] : []));
  const [first, last] = [times[0], times.at(-1)];
  const kind = node.role === 'user' ? kindOf(entries, node) : undefined;
  const interrupted = all.some((entry) => entry.kind === 'interrupt' || entry.stop === 'interrupted');
  const body =
    node.role === 'user'
      ? { steps: [{ parts: await userParts(members, node.opener, entries, building) }] }
      : await assistantSteps(members, building);
  if (node.copied && 'tokens' in body) delete body.tokens;
  const stop = interrupted ? 'interrupted' : node.role === 'assistant' ? stopOf(all) : undefined;
  return {
    id: idOf(entries, node),
    parent: node.parent ? idOf(entries, node.parent) : null,
    n: 0,
    role: node.role,
    ...(kind === undefined ? {} : { kind }),
    ...(first === undefined ? {} : { time: iso(first) }),
    ...(last === undefined ? {} : { ended: iso(last) }),
    ...body,
    ...(stop === undefined ? {} : { stop }),
    records: recordIds(all, node, entries),
  };
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

async function read(bytes: Bytes, entry: Entry): Promise<JsonObject> {
  return JSON.parse(decoder.decode(await bytes.read(entry.offset, entry.length))) as { [key: string]: Json };
}

const iso = (time: number): string => new Date(time).toISOString();

function kindOf(entries: readonly Entry[], node: Node): TurnKind | undefined {
  const kind = entries[node.opener]?.kind;
  if (kind === 'shell') return node.joined ? undefined : 'shell';
  if (kind === 'summary') return 'compaction';
  return kind === 'command' || kind === 'notice' ? kind : undefined;
}

/** Returns how the turn ended by its last message; the client's own marks do not count, since a fork does not keep them. */
function stopOf(members: Entry[]): string | undefined {
  const reason = members.findLast((entry) => entry.kind === 'assistant')?.stop;
  if (reason === 'end_turn' || reason === 'stop_sequence') return 'end';
  if (reason === 'max_tokens') return 'length';
  return reason === 'tool_use' ? undefined : reason;
}
