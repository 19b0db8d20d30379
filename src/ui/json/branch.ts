import type { BranchResult, ListedBranch } from '../../ops/branch-result.ts';

/** What every document says of a branch. */
export interface LineWire {
  name: string;
  label: string;
  tip: string;
  turns: number;
  updated: string | null;
  /** Where it left another one. */
  from: { branch: string; turn: string; n: number } | null;
}

export interface BranchWire extends LineWire {
  /** True for the one that the tool would resume. */
  active: boolean;
  /** Only in a list of one conversation. */
  subject: string | null;
}

/** `convo.branch/1`: what was done, and the branches that it was done to. */
export interface BranchesWire {
  did: BranchResult['did'];
  /** Listed ones. */
  conversations?: { id: string; tool: string; title: string; branches: BranchWire[] }[];
  current?: { id: string; branch: string } | null;
  made?: ForkWire;
  labelled?: { id: string; tool: string; title: string; branch: string; before: string };
  deleted?: { id: string; tool: string; title: string; branch: string; turnsLost: number }[];
}

export interface ForkWire {
  id: string;
  tool: string;
  title: string;
  branch: string;
  from: string;
  turn: { id: string; n: number };
  step: number | null;
}

/** Returns the wire form of what `branch` did. */
export function branchWire(result: BranchResult): BranchesWire {
  switch (result.did) {
    case 'listed':
      return {
        did: result.did,
        conversations: result.conversations.map(({ entry: { id, tool, title, active }, branches }) => ({
          ...{ id, tool, title },
          branches: branches.map((branch) => listedWire(branch, active)),
        })),
        current: result.current ?? null,
      };
    case 'made':
      return { did: result.did, made: forkWire(result) };
    case 'labelled': {
      const { did, id, tool, title, branch, before } = result;
      return { did, labelled: { id, tool, title, branch, before } };
    }
    case 'deleted':
      return {
        did: result.did,
        deleted: result.deleted.map(({ id, tool, title, branch, turnsLost }) => ({ id, tool, title, branch, turnsLost })),
      };
  }
}

/** Returns the wire form of a branch that was made. */
export function forkWire({ id, tool, title, branch, from, turn, step }: Omit<ForkWire, 'step'> & { step?: number }): ForkWire {
  return { id, tool, title, branch, from, turn: { id: turn.id, n: turn.n }, step: step ?? null };
}

/** Returns the wire form of a branch, as far as every document tells it. */
export function lineWire({ name, label, tip, turns, updated, from }: ListedBranch): LineWire {
  return {
    ...{ name, label: label ?? name, tip, turns, updated: updated ?? null },
    from: from ? { branch: from.branch, turn: from.turn, n: from.n } : null,
  };
}

const listedWire = (branch: ListedBranch, active: string): BranchWire => ({
  ...lineWire(branch),
  active: branch.name === active,
  subject: branch.subject ?? null,
});
