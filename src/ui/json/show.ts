import type { ShowResult } from '../../ops/show.ts';
import { type HeadWire, headWire, type OpenWire, openWire } from './conversation.ts';
import { type FullTurnWire, fullTurnWire } from './turn.ts';

/** `convo.show/1`: always with all that is in the turns. */
export interface ShowWire {
  conversation: HeadWire;
  turns: FullTurnWire[];
  step: number | null;
  open: OpenWire[];
}

/** Returns the wire form of shown turns. */
export function showWire({ conversation, turns, step, open }: ShowResult): ShowWire {
  return { conversation: headWire(conversation), turns: turns.map(fullTurnWire), step: step ?? null, open: open.map(openWire) };
}
