import type { SwitchResult } from '../../ops/switch.ts';
import { type HeadWire, headWire } from './conversation.ts';

/** `convo.switch/1` */
export interface SwitchWire {
  current: HeadWire;
  before: { id: string; title: string } | null;
}

/** Returns the wire form of a switch. */
export function switchWire({ current, before }: SwitchResult): SwitchWire {
  return { current: headWire(current), before: before ?? null };
}
