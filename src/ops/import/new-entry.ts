import type { Card } from '../../model/card.ts';
import type { TurnId } from '../../model/ids.ts';
import type { Line } from '../../model/placement.ts';
import type { Turn } from '../../model/turn.ts';
import { hasAnswer, type Listed, listedOf, type Told } from '../../store/entries.ts';
import type { Oid } from '../../store/git.ts';

/** Of every branch of a new conversation, what its pages tell the listing. */
export type ToldOfBranches = ReadonlyMap<string, Told>;

type Head = Pick<Turn, 'role' | 'time' | 'model'> & { agents: readonly string[] };

/** Notes what the turns of a new conversation tell the listing while they are written, so that none is read back. */
export class WrittenHeads {
  private readonly heads = new Map<TurnId, Head>();

  /** `paths`: where the turn's files stand in the tree, those of its sub-agents among them. */
  add({ id, role, time, model }: Turn, paths: readonly string[]): void {
    const agents = paths.filter((path) => path.startsWith('agents/')).map((path) => path.split('/')[1] ?? '');
    this.heads.set(id, { role, ...(time ? { time } : {}), ...(model ? { model } : {}), agents });
  }

  of(lines: readonly Line[]): ToldOfBranches {
    return new Map(lines.map(({ branch, turns }) => [branch, this.told(turns)]));
  }

  private told(turns: Line['turns']): Told {
    const heads = turns.flatMap(({ turn }) => this.heads.get(turn) ?? []);
    return {
      started: heads[0]?.time,
      model: heads.findLast(({ role }) => role === 'assistant')?.model,
      agents: [...new Set(heads.flatMap(({ agents }) => agents))].sort(),
      answered: hasAnswer(heads),
    };
  }
}

/** Returns how a new conversation is listed, by its card and what was noted of its branches. */
export function newEntry(
  card: Card,
  { lines, times, told }: { lines: readonly Line[]; times: ReadonlyMap<string, number>; told: ToldOfBranches },
): Listed {
  const branches = lines.map(({ branch, turns }) => ({
    name: branch,
    tip: card.branches[branch]?.at as Oid,
    turns: turns.map(({ turn, n }) => ({ id: turn, n })),
    time: times.get(branch) ?? 0,
  }));
  const active = told.get(card.active ?? 'main') ?? told.values().next().value;
  const none: Told = { started: undefined, model: undefined, agents: [], answered: false };
  return listedOf(card, branches, { ...(active ?? none), answered: [...told.values()].some(({ answered }) => answered) });
}
