import type { Tombstone } from './card.ts';
import { deletedTurns } from './deleted-line.ts';
import type { TurnId } from './ids.ts';

/** A point that a new commit can hang on: one that is stored, or the result of an earlier action of the same plan. */
export type Point = { commit: string } | { action: number };

/** One turn on a line, with the point to fork from when a line leaves after it. */
export interface LineTurn {
  turn: TurnId;
  n: number;
  /** Ids of its kept records (records line, before the +). */
  kept: readonly string[];
  /** How many others its page names. */
  others: number;
  point: Point;
}

/** A branch as it is stored: its turns, root first, and its tip. */
export interface Line {
  branch: string;
  tip: Point;
  turns: readonly LineTurn[];
  /** The turn with which its thread ends, where that is not the newest commit's: after a correction. */
  end?: TurnId;
  /** The sources whose growth continues this branch: the one it is made of, and conversations that were resumed from it. */
  sources: readonly string[];
  /** Turns that a person corrected or took out: others stand in their places. */
  replaced?: ReadonlySet<TurnId>;
}

/** A turn of a source as placement sees it. */
export interface Offered {
  turn: TurnId;
  /** null for a first turn, which hangs on `base` where the source has one. */
  parent: TurnId | null;
  kept: readonly string[];
  others: number;
  /** Written by convo: it is the stored turn of this id · grown: and the tool went on with it. */
  marked?: 'whole' | 'grown';
}

/** The finished turns of one source, parents first, siblings in file order. */
export interface OfferedSource {
  source: string;
  turns: readonly Offered[];
  /** The turn of another source after which this one goes on. */
  base?: TurnId;
  /** The turn from which convo resumed it: what stands up to there is the past of the conversation, in whatever shape. */
  resumes?: TurnId;
}

/** turn: a new commit with a new page · grow: a further commit with the page of a turn that has more records now. */
export interface Action {
  kind: 'turn' | 'grow';
  /** Which of the offered sources holds the turn. */
  offered: number;
  turn: TurnId;
  parent: TurnId | null;
  n: number;
  /** null = a commit without parents. */
  after: Point | null;
  branch: string;
}

export interface Placement {
  actions: Action[];
  /** Every branch of the conversation after the plan; those whose tip is an action move. */
  lines: Line[];
}

interface Node extends LineTurn {
  parent: Node | null;
}

interface Growing {
  branch: string;
  tip: Point;
  last: Node | null;
  end: TurnId | undefined;
  sources: string[];
  nodes: Node[];
  replaced: ReadonlySet<TurnId>;
}

const isPrefix = (a: readonly string[], b: readonly string[]) => a.length <= b.length && a.every((id, index) => id === b[index]);
/** A turn that a fork tells as a compaction kept it is the one of its original, where that is known, but never stands for it. */
const isCopy = ({ kept }: Pick<Offered, 'kept'>) => kept.length === 0;
/** What people make has no records. */
const isMade = ({ kept, others }: LineTurn) => kept.length + others === 0;
/** On this line a person went on behind the turn, or put another one in its place: what its source has more of it goes elsewhere. */
const isLeft = ({ nodes, replaced }: Growing, node: Node) => {
  const behind = nodes.slice(nodes.indexOf(node) + 1);
  return replaced.has(node.turn) || (behind.length > 0 && behind.every(isMade));
};
const samePoint = (a: Point, b: Point) => ('commit' in a ? 'commit' in b && a.commit === b.commit : 'action' in b && a.action === b.action);

/**
 * Returns where the finished turns of sources go: what is stored already is adopted, what grew gets a further commit on the
 * branch bound to its source, new turns extend that branch or fork a new one (DESIGN 2.1; sync.md 2). `variantKey` names the
 * branch of a turn that two sources continued differently: first 8 of H(turn id, last record id). What only a deleted branch
 * held stays deleted.
 */
export function place(
  stored: readonly Line[],
  sources: readonly OfferedSource[],
  variantKey: (turn: TurnId, last: string) => string,
  deleted: readonly Tombstone[] = [],
): Placement {
  const nodes = new Nodes();
  const actions: Action[] = [];
  const lines = stored.map((line) => storedLine(line, nodes));
  let offering = 0;

  for (const [index, offered] of sources.entries()) placeSource(offered, index);
  return {
    actions,
    lines: lines.map(({ branch, tip, sources: bound, nodes: turns }) => ({ branch, tip, turns, sources: bound })),
  };

  function placeSource({ source, turns, base, resumes }: OfferedSource, index: number): void {
    offering = index;
    const placed = new Map<TurnId, Node>();
    const withChildren = new Set(turns.map((turn) => turn.parent));
    const root = base === undefined ? null : (nodes.of(base)[0] ?? null);
    const past = pastOf(turns, resumes);
    const gone = deletedTurns(turns, deleted, (turn) => nodes.of(turn).length > 0);
    for (const turn of turns) {
      if (gone.has(turn.turn)) continue;
      const parent = turn.parent === null ? root : placed.get(turn.parent);
      if (parent === undefined) continue;
      const hasChildren = withChildren.has(turn.turn);
      const found = past.has(turn.turn) ? standing(source, turn, parent, hasChildren, resumes) : undefined;
      const adopted = found ?? adopt(source, turn, parent, hasChildren) ?? above(turn.turn, parent);
      placed.set(turn.turn, adopted ?? add(source, turn, parent, resumes));
    }
  }

  /** The stored turn that a resumed source was written with. Only the last of them may have grown since. */
  function standing(source: string, offered: Offered, parent: Node | null, hasChildren: boolean, resumes?: TurnId): Node | undefined {
    const same = nodes.of(offered.turn);
    const node = same.find((one) => one.parent === parent) ?? same[0];
    const isGrown = offered.marked === 'grown' || (hasChildren && !offered.marked && offered.kept.length > (node?.kept.length ?? 0));
    if (!node || offered.turn !== resumes || !isGrown) return node;
    const own = lines.find((line) => line.sources.includes(source) && endOf(line) === node.turn);
    if (own) return update(offered, node, own);
    const copy = { ...node };
    nodes.add(copy);
    return update(offered, copy, open(source, offered, node.parent, copy));
  }

  /** The turn as it stands on the path to its parent already: two sources may tell two turns in opposite order. */
  function above(turn: TurnId, parent: Node | null): Node | undefined {
    return nodes.of(turn).length === 0 ? undefined : pathTo(parent).find((node) => node.turn === turn);
  }

  /** The stored turn that this one is, grown if it has more records now; undefined when it has to be written. */
  function adopt(source: string, offered: Offered, parent: Node | null, hasChildren: boolean): Node | undefined {
    const same = nodes.of(offered.turn).filter((node) => parent === null || node.parent === parent);
    const boundTo = (node: Node) => lines.find((line) => line.sources.includes(source) && line.nodes.includes(node));
    const growing = (node: Node) => lines.find((line) => line.sources.includes(source) && line.nodes.includes(node) && !isLeft(line, node));
    if (offered.marked === 'whole' && same[0]) return same[0];
    const equal = same.find((node) => node.kept.length === offered.kept.length && isPrefix(node.kept, offered.kept));
    const later = equal && offered.others > equal.others && growing(equal);
    if (equal) return later ? update(offered, equal, later) : equal;
    for (const node of same) {
      const bound = boundTo(node);
      if (isPrefix(node.kept, offered.kept)) {
        const line = growing(node) ?? (isCopy(node) ? undefined : lines.find((candidate) => candidate.last === node));
        if (line) return update(offered, node, line);
      } else if (isPrefix(offered.kept, node.kept) && (bound || !hasChildren || isCopy(offered))) {
        return node;
      }
    }
    return undefined;
  }

  function update(offered: Offered, node: Node, line: Growing): Node {
    const point = { action: actions.length };
    actions.push({
      kind: 'grow',
      offered: offering,
      turn: node.turn,
      parent: node.parent?.turn ?? null,
      n: node.n,
      after: line.tip,
      branch: line.branch,
    });
    line.tip = point;
    node.kept = offered.kept;
    node.others = offered.others;
    if (line.last === node) node.point = point;
    return node;
  }

  function add(source: string, offered: Offered, parent: Node | null, resumes?: TurnId): Node {
    const line = growingBehind(source, parent, resumes) ?? open(source, offered, parent);
    const point = { action: actions.length };
    const n = (parent?.n ?? 0) + 1;
    const after = parent === null ? null : line.last === parent || endOf(line) === parent.turn ? line.tip : parent.point;
    actions.push({ kind: 'turn', offered: offering, turn: offered.turn, parent: parent?.turn ?? null, n, after, branch: line.branch });
    const node: Node = { turn: offered.turn, n, kept: offered.kept, others: offered.others, point, parent };
    nodes.add(node);
    line.nodes.push(node);
    line.last = node;
    line.end = undefined;
    line.tip = point;
    if (!line.sources.includes(source)) line.sources.push(source);
    return node;
  }

  /** The line that a source goes on behind a turn: its own; of a resumed one, from where it was resumed, any that ends there. */
  function growingBehind(source: string, parent: Node | null, resumes?: TurnId): Growing | undefined {
    if (parent === null) return undefined;
    const own = lines.find((line) => line.sources.includes(source) && line.last === parent);
    if (own || parent.turn !== resumes) return own;
    const ending = lines.filter((line) => endOf(line) === parent.turn);
    return ending.find((line) => line.sources.includes(source)) ?? ending[0];
  }

  function open(source: string, offered: Offered, parent: Node | null, at = parent): Growing {
    const variant = nodes.of(offered.turn).length > 0;
    const key = variant ? variantKey(offered.turn, offered.kept.at(-1) ?? '') : offered.turn.slice(0, 8);
    const line: Growing = {
      branch: freeName(key),
      tip: at?.point ?? { action: actions.length },
      last: at,
      end: undefined,
      sources: [source],
      nodes: pathTo(at),
      replaced: new Set(),
    };
    lines.push(line);
    return line;
  }

  function freeName(key: string): string {
    if (lines.length === 0) return 'main';
    let name = `main-${key}`;
    while (lines.some((line) => line.branch === name) || deleted.some(({ ref }) => ref === name)) name += 'x';
    return name;
  }
}

/** The turns of all lines, by id; a turn that several lines share stands once. */
class Nodes {
  private readonly byTurn = new Map<TurnId, Node[]>();

  of(turn: TurnId): readonly Node[] {
    return this.byTurn.get(turn) ?? [];
  }

  add(node: Node): void {
    const same = this.byTurn.get(node.turn);
    if (same) same.push(node);
    else this.byTurn.set(node.turn, [node]);
  }
}

/** A stored line with its turns as nodes; a turn at a point that another line has too is the same node, with the fuller page. */
function storedLine(line: Line, nodes: Nodes): Growing {
  const own: Node[] = [];
  for (const turn of line.turns) {
    const parent = own.at(-1) ?? null;
    const shared = nodes.of(turn.turn).find((known) => known.parent === parent && samePoint(known.point, turn.point));
    const node = shared ?? { ...turn, parent };
    if (!shared) nodes.add(node);
    else if (turn.kept.length > node.kept.length || (turn.kept.length === node.kept.length && turn.others > node.others)) {
      node.kept = turn.kept;
      node.others = turn.others;
    }
    own.push(node);
  }
  return {
    branch: line.branch,
    tip: line.tip,
    last: own.at(-1) ?? null,
    end: line.end,
    sources: [...line.sources],
    nodes: own,
    replaced: line.replaced ?? new Set(),
  };
}

const endOf = ({ end, last }: Growing): TurnId | undefined => end ?? last?.turn;

/** The turns of a source up to the one from which it was resumed. */
function pastOf(turns: readonly Offered[], resumes: TurnId | undefined): ReadonlySet<TurnId> {
  const parents = new Map(turns.map(({ turn, parent }) => [turn, parent]));
  const past = new Set<TurnId>();
  for (let at: TurnId | null | undefined = resumes; at && parents.has(at) && !past.has(at); at = parents.get(at)) past.add(at);
  return past;
}

function pathTo(node: Node | null): Node[] {
  const path: Node[] = [];
  for (let at = node; at; at = at.parent) path.push(at);
  return path.reverse();
}
