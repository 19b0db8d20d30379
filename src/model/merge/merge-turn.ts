import { mergeId, type TurnId } from '../ids.ts';
import type { PageLimits } from '../page/limits.ts';
import { bodyOf, printPage } from '../page/print.ts';
import { redact } from '../redaction.ts';
import type { Turn } from '../turn.ts';

/** What a merge turn is made from. */
export interface MergeTurnInput {
  /** The last turns of both sides. */
  ours: { id: TurnId; n: number };
  theirs: { id: TurnId };
  text: string;
  /** ISO 8601 UTC: the later one of both commits. */
  time?: string;
  limits: PageLimits | undefined;
}

/** Returns the turn that joins two lines: by its inputs alone, so that the same merge is the same turn everywhere (format.md 1). */
export function mergeTurn({ ours, theirs, text, time, limits }: MergeTurnInput): Turn {
  const turn: Turn = {
    id: ours.id,
    parent: ours.id,
    n: ours.n + 1,
    role: 'user',
    kind: 'merge',
    ...(time === undefined ? {} : { time }),
    origin: theirs.id,
    steps: [{ parts: [{ kind: 'text', text }] }],
    records: { kept: [], others: [] },
  };
  return { ...turn, id: mergeId(ours.id, theirs.id, bodyOf(printPage(redact(turn), limits).page)) };
}
