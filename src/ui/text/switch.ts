import type { ForkResult } from '../../ops/branch-result.ts';
import type { SwitchResult } from '../../ops/switch.ts';
import { cutLine, line, lineWidth, styled } from '../line.ts';
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
  if (before) {
    const place = `${before.id}${before.branch === undefined ? '' : `/${oneLine(before.branch)}`}`;
    const back = line(styled('faint', ' · back with '), styled('command', 'convo switch -'));
    const was = line(styled('faint', `before: ${place} ${oneLine(before.title)}`));
    yield line(cutLine(was, Math.max(24, settings.columns - lineWidth(back))), back);
  } else yield line(styled('faint', 'This was the current conversation already'));
};
