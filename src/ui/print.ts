import { type Line, type Paint, render } from './line.ts';
import { page, pagerOf } from './pager.ts';
import type { Output } from './terminal.ts';

export interface PrintOptions {
  color: boolean;
  /** True where long output may go through a pager. */
  pager: boolean;
  configuredPager?: string;
  env: Readonly<Record<string, string | undefined>>;
}

/** Returns the painter for an output; undefined without colour. chalk is loaded only when it is used. */
export async function paintOf(color: boolean): Promise<Paint | undefined> {
  return color ? (await import('./style.ts')).painter() : undefined;
}

/** Prints lines, through the pager when they are more than the terminal shows at once. */
export async function printLines(lines: Iterable<Line>, output: Output, options: PrintOptions): Promise<void> {
  const paint = await paintOf(options.color);
  const rendered = Array.from(lines, (one) => `${render(one, paint)}\n`);
  const pager =
    options.pager && output.isTTY && rendered.length >= (output.rows ?? 24) ? pagerOf(options.env, options.configuredPager) : undefined;
  if (pager !== undefined && (await page(rendered.join(''), pager, options.env))) return;
  for (let at = 0; at < rendered.length; at += 512) output.write(rendered.slice(at, at + 512).join(''));
}

/** Writes bytes as they are: the caller has made sure that no terminal reads them. */
export async function printBytes(bytes: AsyncIterable<Uint8Array>, output: Output): Promise<void> {
  for await (const piece of bytes) await output.write(piece);
}
