import type { HandoffResult } from '../../ops/handoff.ts';
import { line, styled } from '../line.ts';
import type { View } from '../view.ts';

/** The document as it is; what it takes is told on a terminal alone, so that nothing stands in a pipe that was not counted. */
export const handoffView: View<HandoffResult> = function* lines({ text, tokens, budget, counting }, { terminal }) {
  for (const row of text.replace(/\n$/, '').split('\n')) yield row.startsWith('#') ? line(styled('heading', row)) : line(row);
  if (!terminal) return;
  const { exact, encoding, model, factor } = counting;
  const how = exact ? `counted with ${encoding}` : `an estimate${model === undefined ? '' : ` for ${model}`}: ${factor} × ${encoding}`;
  yield line();
  yield line(styled('faint', `${tokens} of ${budget} tokens, ${how}`));
};
