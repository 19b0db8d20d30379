import type { BisectFindings, BisectPoint, BisectResult } from '../../ops/bisect.ts';
import type { ShownBisect } from '../text/bisect.ts';
import { type HeadWire, headWire } from './conversation.ts';
import { type TurnWire, turnWire } from './turn.ts';

/** `convo.bisect/1` */
export interface BisectWire {
  /** `started`, `marked`, `ran`, `logged` or `reset`. */
  did: string;
  /** null where the search was ended. */
  conversation: HeadWire | null;
  name: string;
  steps: boolean;
  judged: (PointWire & { verdict: string; exit: number | null; output: string | null })[];
  /** `open`, `found`, `among` or `good`; null where the search was ended. */
  state: string | null;
  /** The one to judge next, how many others can still be the first bad one, and how many judgements that takes. */
  next: PointWire | null;
  left: number;
  tests: number;
  first: PointWire | null;
  /** Where skipping left several: the first bad one is among these. */
  among: PointWire[];
}

/** A turn, or the part of it up to a step. */
export interface PointWire {
  turn: TurnWire;
  step: number | null;
}

/** Returns the wire form of a bisect. */
export function bisectWire(shown: ShownBisect): BisectWire {
  const none = { judged: [], state: null, next: null, left: 0, tests: 0, first: null, among: [] };
  if (shown.did === 'reset')
    return { did: shown.did, conversation: null, name: `${shown.conversation}/${shown.branch}`, steps: false, ...none };
  const { did, conversation, name, steps, findings } = shown;
  return { ...{ did, conversation: headWire(conversation), name, steps, ...none }, ...judgedWire(shown), ...findingsWire(findings) };
}

const pointWire = ({ turn, step }: BisectPoint): PointWire => ({ turn: turnWire(turn), step: step ?? null });

const judgedWire = ({ judged }: BisectResult): Pick<BisectWire, 'judged'> => ({
  judged: judged.map(({ verdict, exit, output, ...point }) => ({
    ...pointWire(point),
    verdict,
    exit: exit ?? null,
    output: output ?? null,
  })),
});

function findingsWire(findings: BisectFindings): Partial<BisectWire> {
  const { state } = findings;
  if (state === 'open') return { state, next: pointWire(findings.next), left: findings.left, tests: findings.tests };
  if (state === 'found') return { state, first: pointWire(findings.first) };
  return state === 'among' ? { state, among: findings.points.map(pointWire) } : { state };
}
