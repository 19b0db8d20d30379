import type { ForkResult } from '../../ops/branch-result.ts';
import type { SwitchResult } from '../../ops/switch.ts';
import { line, styled } from '../line.ts';
import type { View } from '../view.ts';
import { oneLine } from '../width.ts';
import { headLines } from './head.ts';

/** Tells which conversation is the current one now, and how to go back. */
export const switchView: View<SwitchResult & { made?: ForkResult }> = function* lines({ current, before, made }, settings) {
  if (made) {
    const at = made.step === undefined ? `turn ${made.turn.n}` : `step ${made.step} of turn ${made.turn.n}`;
    yield line('Made branch ', styled('strong', made.branch), ` at ${at} of ${oneLine(made.from)}`);
  }
  yield* headLines(current, settings);
  if (before)
    yield line(styled('faint', `before: ${before.id} ${oneLine(before.title)} · back with `), styled('command', 'convo switch -'));
  else yield line(styled('faint', 'This was the current conversation already'));
};
