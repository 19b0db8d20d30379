import type { MadeResult, MadeTurn } from '../../ops/made-result.ts';

/** `convo.pick/1`, `convo.revert/1`, `convo.amend/1`: the turns that were made. */
export interface MadeWire {
  id: string;
  tool: string;
  title: string;
  branch: string;
  /** The tip of the branch. */
  commit: string;
  /** None where nothing changed. */
  turns: MadeTurn[];
}

/** Returns the wire form of turns that a person made. */
export function madeResultWire({ id, tool, title, branch, commit, turns }: MadeResult): MadeWire {
  return { id, tool, title, branch, commit, turns: turns.map(madeWire) };
}

/** Returns the wire form of one of them. */
export const madeWire = ({ id, n, role, subject, origin }: MadeTurn): MadeTurn => ({ id, n, role, subject, origin });
