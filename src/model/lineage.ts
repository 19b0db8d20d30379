import type { ConversationId, ToolId, TurnId } from './ids.ts';

/** What lineage needs of one source. */
export interface LineageSource {
  tool: ToolId;
  /** Native id, with its revision where it has one: `<thread>_<revision>`. */
  source: string;
  native: string;
  revision?: string;
  /** Native id of the record that would be the origin; absent while there is no turn. */
  root?: string;
  /** Native ids that the source says it comes from. */
  parents: readonly string[];
  turns: readonly { turn: TurnId; parent: TurnId | null; time?: number }[];
  /** How many records its turns have: of two copies of a source the fuller one comes first. */
  records: number;
}

/** What the store knows already. */
export interface Known {
  /** Conversation that has a source of this native id. */
  byNative(tool: ToolId, native: string): ConversationId | undefined;
  /** Conversation that holds this turn. */
  byTurn(tool: ToolId, turn: TurnId): ConversationId | undefined;
  /** Birthplace of a conversation: the tool of its refs. */
  toolOf(id: ConversationId): ToolId | undefined;
}

/** The sources of one run that belong to one conversation, ancestors first. */
export interface Family {
  tool: ToolId;
  /** The conversation that the store has for them; absent: a new one. */
  known?: ConversationId;
  /** Native id of the record that a new conversation takes its id from; absent when no source has a turn. */
  origin?: string;
  sources: LineageSource[];
}

/**
 * Returns the families of one run's sources (DESIGN 2.1, Identity): joined by the lineage they state, by the turns they
 * share, and by what the store knows. Independent of the order of the input.
 */
export function families(sources: readonly LineageSource[], known: Known): Family[] {
  const sorted = [...sources].sort((a, b) => compare(`${a.tool} ${a.source}`, `${b.tool} ${b.source}`));
  const groups = new Groups(sorted);
  const firstWith = new Map<string, LineageSource>();
  const join = (source: LineageSource, key: string) => {
    const other = firstWith.get(key);
    if (other) groups.join(source, other);
    else firstWith.set(key, source);
  };
  for (const source of sorted) {
    join(source, `native ${source.tool} ${source.native}`);
    if (source.revision !== undefined) join(source, `native ${source.tool} ${source.revision}`);
    for (const { turn } of source.turns) join(source, `turn ${turn}`);
  }
  for (const source of sorted) {
    for (const parent of source.parents) {
      const other = firstWith.get(`native ${source.tool} ${parent}`);
      if (other) groups.join(source, other);
    }
  }
  return groups.all().flatMap((members) => splitByConversation(members, known));
}

/**
 * An id is given once: members that the store holds under different conversations stay with theirs, and a new one goes with what it
 * comes from. A parent that turns up behind its detached child comes from nothing that is known: it is a conversation of its own.
 */
function splitByConversation(members: LineageSource[], known: Known): Family[] {
  const own = new Map(members.map((source) => [source, ownConversation(source, known)]));
  const ids = new Set([...own.values()].filter((id) => id !== undefined));
  if (ids.size > 0) for (const source of members) if (!own.get(source)) own.set(source, followed(source, members, own, new Set()));
  const byConversation = new Map<ConversationId | undefined, LineageSource[]>();
  for (const source of members) {
    const id = own.get(source);
    byConversation.set(id, [...(byConversation.get(id) ?? []), source]);
  }
  return [...byConversation].map(([id, family]) => {
    const ordered = ancestorsFirst(family);
    const origin = ordered.find((source) => source.root !== undefined)?.root;
    return {
      tool: (id && known.toolOf(id)) ?? ordered[0]?.tool ?? ('' as ToolId),
      ...(id === undefined ? {} : { known: id }),
      ...(origin === undefined ? {} : { origin }),
      sources: ordered,
    };
  });
}

type Own = ReadonlyMap<LineageSource, ConversationId | undefined>;

/** The conversation of the sources that a new one states as its past or shares turns with. */
function followed(
  source: LineageSource,
  members: readonly LineageSource[],
  own: Own,
  seen: Set<LineageSource>,
): ConversationId | undefined {
  seen.add(source);
  const turns = new Set(source.turns.map(({ turn }) => turn));
  const past = members.filter(
    (other) =>
      !seen.has(other) &&
      (source.parents.some((parent) => other.native === parent || other.revision === parent) ||
        other.native === source.native ||
        other.turns.some(({ turn }) => turns.has(turn))),
  );
  for (const other of past) {
    const id = own.get(other) ?? followed(other, members, own, seen);
    if (id) return id;
  }
  return undefined;
}

function ownConversation(source: LineageSource, known: Known): ConversationId | undefined {
  const natives = [source.native, ...source.parents];
  for (const native of natives) {
    const id = known.byNative(source.tool, native);
    if (id) return id;
  }
  for (const { turn } of source.turns) {
    const id = known.byTurn(source.tool, turn);
    if (id) return id;
  }
  return undefined;
}

/** Returns sources in the order in which they are placed: stated parents before children; a source whose first turn stands inside another after that one; then the time of the first own turn, then native id. */
export function ancestorsFirst(family: LineageSource[]): LineageSource[] {
  if (family.length < 2) return family;
  const holders = new Map<TurnId, number>();
  for (const source of family) for (const { turn } of source.turns) holders.set(turn, (holders.get(turn) ?? 0) + 1);
  const firstOwn = (source: LineageSource) => source.turns.find(({ turn }) => holders.get(turn) === 1)?.time ?? Number.POSITIVE_INFINITY;
  const inner = new Map<TurnId, LineageSource>();
  for (const source of family) for (const { turn, parent } of source.turns) if (parent !== null) inner.set(turn, source);

  const rest = [...family].sort((a, b) => byTime(firstOwn(a), firstOwn(b)) || compare(a.source, b.source) || b.records - a.records);
  const done: LineageSource[] = [];
  const visiting = new Set<LineageSource>();
  const visit = (source: LineageSource) => {
    if (visiting.has(source)) return;
    visiting.add(source);
    for (const parent of source.parents) for (const other of rest) if (other.native === parent || other.revision === parent) visit(other);
    const root = source.turns[0];
    const deeper = root && inner.get(root.turn);
    if (deeper) visit(deeper);
    done.push(source);
  };
  for (const source of rest) visit(source);
  return done;
}

const byTime = (a: number, b: number) => (a === b ? 0 : a - b);
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Union-find over sources. */
class Groups {
  private readonly leader = new Map<LineageSource, LineageSource>();
  private readonly sources: readonly LineageSource[];

  constructor(sources: readonly LineageSource[]) {
    this.sources = sources;
    for (const source of sources) this.leader.set(source, source);
  }

  private find(source: LineageSource): LineageSource {
    let at = source;
    for (let up = this.leader.get(at); up !== undefined && up !== at; up = this.leader.get(at)) at = up;
    this.leader.set(source, at);
    return at;
  }

  join(a: LineageSource, b: LineageSource): void {
    this.leader.set(this.find(a), this.find(b));
  }

  all(): LineageSource[][] {
    const groups = new Map<LineageSource, LineageSource[]>();
    for (const source of this.sources) {
      const leader = this.find(source);
      groups.set(leader, [...(groups.get(leader) ?? []), source]);
    }
    return [...groups.values()];
  }
}
