import { cutLine, type Line, line, lineWidth, padLine } from './line.ts';

export interface Column {
  align?: 'right';
  /** The column that gives way when the table is too wide. */
  flexible?: boolean;
  /** Shortens a cell that is too wide; absent: its end is cut off. */
  cut?: (cell: Line, columns: number) => Line;
}

const gap = '  ';

/** Returns the rows laid out in aligned columns of at most `columns` in all; one flexible column is cut to fit. */
export function table(rows: readonly (readonly Line[])[], shape: readonly Column[], columns: number): Line[] {
  const widths = shape.map((_, at) => Math.max(0, ...rows.map((row) => lineWidth(row[at] ?? []))));
  const flexible = shape.findIndex((column) => column.flexible);
  const used = shape.filter((_, at) => (widths[at] ?? 0) > 0).length;
  const total = widths.reduce((sum, one) => sum + one, 0) + gap.length * Math.max(0, used - 1);
  if (flexible >= 0 && total > columns) widths[flexible] = Math.max(8, (widths[flexible] ?? 0) - (total - columns));
  return rows.map((row) => layRow(row, shape, widths));
}

function layRow(row: readonly Line[], shape: readonly Column[], widths: readonly number[]): Line {
  const cells = shape.flatMap((column, at) => {
    const columns = widths[at] ?? 0;
    return columns === 0 ? [] : [padLine((column.cut ?? cutLine)(row[at] ?? [], columns), columns, column.align === 'right')];
  });
  return cells.flatMap((cell, at) => (at === 0 ? line(cell) : line(gap, cell)));
}
