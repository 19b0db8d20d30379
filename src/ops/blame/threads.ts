import type { TurnId } from '../../model/ids.ts';
import { type Spoken, spokenIn } from '../../model/spoken.ts';
import type { Turn } from '../../model/turn.ts';
import { type BranchEntry, type Entry, shownBranches } from '../../store/entry.ts';
import type { Context } from '../context.ts';
import { type ThreadTurn, upTo } from '../in-progress.ts';
import { findTarget } from '../target.ts';
import { readTurns, turnsOf } from '../turns.ts';

/** A thread to look through, and whose it is. */
export interface Traced {
  entry: Entry;
  branch: BranchEntry;
  turns: readonly ThreadTurn[];
  /** The sub-agent whose thread it is, and the number of the turn that started it. */
  agent?: { id: string; turn: number };
  /** Turns of that thread which only raw tells. */
  built?: ReadonlyMap<TurnId, Turn>;
}

/** Something said, with where it stands. */
export interface Passage extends Spoken {
  turn: Turn;
  step: number;
  agent?: { id: string; turn: number };
}

/** Returns the thread up to a revision. */
export async function threadOf(context: Context, revision: string): Promise<Traced> {
  const target = await findTarget(context, revision);
  const { entry, branch, agent, built, step, turn } = target;
  if (step !== undefined) context.warn(`Turns are looked through whole: step ${step} of turn ${turn?.n} was left out`);
  return { entry, branch, turns: upTo(target), ...(agent ? { agent } : {}), ...(built ? { built } : {}) };
}

/** Returns the threads of all conversations, each turn once. */
export async function* allThreads(context: Context): AsyncIterable<Traced> {
  const reader = await context.reader();
  for (const entry of await reader.entries()) {
    const seen = new Set<string>();
    for (const branch of shownBranches(entry)) {
      const open = (entry.open ?? []).filter((turn) => turn.branch === branch.name);
      const stored = branch.turns === 0 ? [] : await reader.thread(branch.tip);
      const turns = [...stored, ...open].filter(({ id }) => !seen.has(id));
      for (const { id } of turns) seen.add(id);
      if (turns.length > 0) yield { entry, branch, turns };
    }
  }
}

/** Tells what is said in a thread, turn by turn; what sub-agents say stands between the call that started them and its result. */
export async function* passagesOf(context: Context, thread: Traced): AsyncIterable<Passage[]> {
  const seen = new Set<string>();
  const { branch, agent } = thread;
  for (const turn of thread.turns) {
    for (const read of await turnsOf(context, thread, [turn])) yield passagesIn(context, branch, read, agent, seen);
  }
}

async function passagesIn(
  context: Context,
  branch: BranchEntry,
  turn: Turn,
  agent: Passage['agent'],
  seen: Set<string>,
): Promise<Passage[]> {
  const passages: Passage[] = [];
  for (const [at, { parts }] of turn.steps.entries()) {
    const place = { turn, step: at + 1, ...(agent ? { agent } : {}) };
    for (const part of parts) {
      const [before, after] = spokenIn(part);
      passages.push(...before.map((one) => ({ ...one, ...place })));
      for (const id of part.kind === 'tool-call' ? (part.agents ?? []) : []) {
        if (seen.has(id)) continue;
        seen.add(id);
        const stored = branch.turns === 0 ? [] : await (await context.reader()).agentThread(branch.tip, id);
        for await (const own of readTurns(context, branch.tip, stored)) {
          passages.push(...(await passagesIn(context, branch, own, { id, turn: agent?.turn ?? turn.n }, seen)));
        }
      }
      passages.push(...after.map((one) => ({ ...one, ...place })));
    }
  }
  return passages;
}

/** Returns the branch that a turn is of: where a branch left another, all before that is the other's. */
export function branchOfTurn({ branches }: Entry, branch: BranchEntry, n: number): BranchEntry {
  let own = branch;
  for (let left = branches.length; left > 0 && own.from && n <= own.from.n; left -= 1) {
    const { from } = own;
    own = branches.find(({ name }) => name === from.branch) ?? own;
  }
  return own;
}
