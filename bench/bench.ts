import type { Corpus } from './corpus.ts';
import type { Figure } from './figure.ts';
import type { Options } from './options.ts';
import type { Workspace } from './workspace.ts';

/** What every scenario is handed. */
export interface Bench {
  options: Options;
  work: Workspace;
  /** Tells on stderr what is being done. */
  say(message: string): void;
}

/** A corpus of many conversations with its name, and a store that holds all of it once one was imported. */
export interface Subject {
  name: string;
  corpus: Corpus;
  /** Interleaved rounds of an import. */
  rounds: number;
  store(): Promise<string>;
}

/** A scenario on one corpus. */
export type Scenario = (bench: Bench, subject: Subject) => Promise<Figure[]>;
