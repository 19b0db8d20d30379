import type { Json } from '../../src/model/json.ts';
import type { Random } from './random.ts';

export type Fields = { [key: string]: Json };

/** What the writers of all tools are given. */
export interface Plan {
  numbers: Random;
  /** Absolute folder in which the conversation was held. */
  folder: string;
  /** Milliseconds since 1970 of the first record. */
  start: number;
  exchanges: number;
  /** Ends the conversation before it has all of its exchanges; asked after each. */
  enough?(): boolean;
  /** Most messages with tool calls before an answer. */
  calls: number;
  /** Characters of a tool result in the middle. */
  resultSize: number;
  /** Adds text to a file, by its path below the home folder. */
  emit: Emit;
}

export type Emit = (path: string, text: string) => void;

/** A clock of a conversation: every look at it is a little later. */
export interface Clock {
  /** ISO 8601 UTC. */
  now(): string;
  /** Milliseconds since 1970. */
  millis(): number;
  pass(seconds: number): void;
}

/** Returns a clock that stands at `start` milliseconds since 1970. */
export function clock(start: number): Clock {
  let at = start;
  return {
    now: () => {
      at += 37;
      return new Date(at).toISOString();
    },
    millis: () => at,
    pass: (seconds) => {
      at += Math.round(seconds * 1000);
    },
  };
}
