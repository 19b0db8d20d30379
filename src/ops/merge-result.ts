import type { TurnId } from '../model/ids.ts';
import type { Resolution } from '../model/merge/block.ts';
import type { Conflict } from '../model/merge/conflicts.ts';
import type { Oid } from '../store/git.ts';
import type { MadePlace, MadeTurn } from './made-result.ts';

export interface MergeInput {
  from: string;
  /** A branch; '' = the current one. */
  into: string;
  /** Turns to bring as they are: `9,11-13`, or all; absent: one turn tells what they came to. */
  turns?: string | 'all';
  resolution?: Resolution;
  dryRun: boolean;
  /** A command that reads the block and prints what is told instead; not run in a dry run. */
  summarize?: string;
  /** The user writes the last word in an editor; not in a dry run. */
  edit: boolean;
}

export type ContinueInput = Pick<MergeInput, 'resolution' | 'dryRun' | 'summarize' | 'edit'>;

/** What is merged: a branch, or its turns up to one. */
export interface MergeFrom extends MadePlace {
  /** `7qk2m4xw9d/main`, with `@6` where it ends at a turn. */
  name: string;
  turns: number;
}

interface MergeSides {
  into: MadePlace;
  from: MergeFrom;
}

/** A merge that was made, would be made, or has stopped. */
export interface Joined extends MergeSides {
  /** The last turn that both have, by its number on the merged branch. */
  since?: number;
  /** The turn that joins both. */
  turn: { id: TurnId; n: number };
  text: string;
  /** Turns that were brought as they are. */
  brought: MadeTurn[];
  conflicts: Conflict[];
  resolution?: Resolution;
}

export type MergeResult =
  | ({ did: 'nothing' } & MergeSides)
  | ({ did: 'merged'; commit: Oid } & Joined)
  | ({ did: 'previewed' } & Joined)
  | ({ did: 'stopped' } & Joined)
  | ({ did: 'aborted' } & MergeNames);

/** A merge in progress, by the names of its sides. */
export interface MergeNames {
  from: { name: string };
  into: { name: string };
}
