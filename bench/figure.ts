/** One figure of a run, with what it may be. */
export interface Figure {
  scenario: string;
  /** What was measured on: `2,000 conversations`. */
  on: string;
  name: string;
  value: number;
  /** x: times the baseline of the same round. */
  unit: 'x' | 's' | 'KB' | 'MB' | 'MB/s' | 'files';
  most?: number;
  least?: number;
}

/** Returns whether a figure keeps its budget; undefined where it has none. */
export function keeps({ value, most, least }: Figure): boolean | undefined {
  if (most === undefined && least === undefined) return undefined;
  return value <= (most ?? Number.POSITIVE_INFINITY) && value >= (least ?? Number.NEGATIVE_INFINITY);
}

/** Returns the middle value; of an even number of values the mean of the two in the middle. Throws for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)];
  const high = sorted[Math.ceil((sorted.length - 1) / 2)];
  if (low === undefined || high === undefined) throw new Error('no values');
  return (low + high) / 2;
}

/** Returns the figures as an aligned table. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.scenario,
    figure.on,
    figure.name,
    `${shown(figure.value)} ${figure.unit}`,
    budget(figure),
    verdict(figure),
  ]);
  const all = [['scenario', 'on', 'figure', 'value', 'budget', ''], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  return `${all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')}\n`;
}

const shown = (value: number): string => (value >= 100 || Number.isInteger(value) ? String(Math.round(value)) : value.toPrecision(3));

function budget({ most, least, unit }: Figure): string {
  if (most !== undefined) return `<= ${most} ${unit}`;
  return least === undefined ? '' : `>= ${least} ${unit}`;
}

function verdict(figure: Figure): string {
  const kept = keeps(figure);
  return kept === undefined ? '' : kept ? 'ok' : 'over';
}
