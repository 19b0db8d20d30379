import type { ForkResult } from '../../ops/branch-result.ts';
import type { SwitchResult } from '../../ops/switch.ts';
import { type ForkWire, forkWire } from './branch.ts';
import { type HeadWire, headWire } from './conversation.ts';

/** `convo.switch/1` */
export interface SwitchWire {
  current: HeadWire;
  before: { id: string; title: string; branch: string | null } | null;
  /** Only with -c. */
  made?: ForkWire;
}

/** Returns the wire form of a switch. */
export function switchWire({ current, before, made }: SwitchResult & { made?: ForkResult }): SwitchWire {
  return {
    current: headWire(current),
    before: before ? { ...before, branch: before.branch ?? null } : null,
    ...(made && { made: forkWire(made) }),
  };
}
