import type { ConfigResult } from '../../ops/config.ts';
import { line, styled } from '../line.ts';
import { table } from '../table.ts';
import { shortPath, type View } from '../view.ts';
import { oneLine } from '../width.ts';

/** Tells settings: one alone as its bare value, all as a table. */
export const configView: View<ConfigResult> = function* lines({ path, settings: all, changed }, settings) {
  if (changed) {
    yield line(`${changed.key} is now `, styled('strong', oneLine(changed.value)), styled('faint', ` · ${shortPath(path, settings)}`));
    return;
  }
  const [only] = all;
  if (all.length === 1 && only) {
    yield line(oneLine(only.value));
    return;
  }
  const rows = all.map((one) => [
    line(styled('strong', one.key)),
    line(oneLine(one.value), one.isDefault ? styled('faint', ' (default)') : ''),
    line(styled('faint', one.choices ? `${one.summary}: ${one.choices.join(', ')}` : one.summary)),
  ]);
  yield* table(rows, [{}, {}, { flexible: true }], settings.columns);
  yield line();
  yield line(styled('faint', `set: convo config <key> <value> · ${shortPath(path, settings)}`));
};
