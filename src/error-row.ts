import type { Json } from './model/json.ts';

/** Exit codes that scripts may rely on; `convo help exit-codes` and every --help list them. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  partial: 3,
  conflicts: 4,
  noStore: 10,
  locked: 11,
  bug: 70,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What an error tells besides its code. */
export type Data = Record<string, Json>;

/** What is said of one kind of failure. */
export interface ErrorRow {
  exit: ExitCode;
  /** What happened, in the user's words, without a full stop behind an id. */
  message: (data: Data) => string;
  /** What to type or do next. */
  hint?: (data: Data) => string;
}

/** Returns a row of the table of errors. */
export const row = (exit: ExitCode, message: ErrorRow['message'], hint?: ErrorRow['hint']): ErrorRow =>
  hint ? { exit, message, hint } : { exit, message };
