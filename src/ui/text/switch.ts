import type { SwitchResult } from '../../ops/switch.ts';
import { line, styled } from '../line.ts';
import type { View } from '../view.ts';
import { oneLine } from '../width.ts';
import { headLines } from './head.ts';

/** Tells which conversation is the current one now, and how to go back. */
export const switchView: View<SwitchResult> = function* lines({ current, before }, settings) {
  yield* headLines(current, settings);
  if (before)
    yield line(styled('faint', `before: ${before.id} ${oneLine(before.title)} · back with `), styled('command', 'convo switch -'));
  else yield line(styled('faint', 'This was the current conversation already'));
};
