import type { DiffResult } from '../../../ops/diff.ts';
import type { WrittenPage } from '../../../ops/write-page.ts';
import { line, styled } from '../../line.ts';
import { bytes } from '../../numbers.ts';
import { shortPath, type View } from '../../view.ts';
import { oneLine } from '../../width.ts';
import { sumLine } from './stat.ts';

/** Tells where the page of a difference stands. */
export const pageView: View<WrittenPage & { result: DiffResult }> = ({ path, size, result }, settings) => [
  line('Wrote ', styled('strong', oneLine(shortPath(path, settings))), styled('faint', `, ${bytes(size)}`)),
  sumLine(result),
];
