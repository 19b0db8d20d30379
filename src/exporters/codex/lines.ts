import type { JsonObject } from '../../importers/kit/jsonl.ts';
import type { Target } from '../exporter.ts';

/** A rollout while it is written. */
export interface Lines {
  target: Target;
  /** Each record has its number: only where records that are kept have one, and then all of them. */
  numbered: boolean;
  lines: string[];
  /** Milliseconds since 1970 of the last record. */
  time: number;
}

/** Returns a rollout without records. */
export const newLines = (target: Target, numbered: boolean): Lines => ({ target, numbered, lines: [], time: target.now });

/** Adds a record in today's envelope; one without a time has that of the record before it. */
export function add(out: Lines, type: string, payload: JsonObject, time?: string): void {
  const stated = time === undefined ? Number.NaN : Date.parse(time);
  if (!Number.isNaN(stated)) out.time = stated;
  const timestamp = new Date(out.time).toISOString();
  out.lines.push(JSON.stringify({ timestamp, ...(out.numbered ? { ordinal: out.lines.length } : {}), type, payload }));
}
