import { type Line, type Paint, render } from './line.ts';
import { type Pager, pagerOf, startPager } from './pager.ts';
import { safe } from './safe.ts';
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
  const pager = rendered.length >= (output.rows ?? 24) ? pagerFor(output, options) : undefined;
  if (pager) {
    for (const text of joined(rendered)) await pager.write(text);
    if (await pager.end()) return;
  }
  for (const text of joined(rendered)) await output.write(text);
}

/** Shows bytes that are meant for another program on a terminal: as safe text, piece by piece. */
export async function showBytes(bytes: AsyncIterable<Uint8Array>, output: Output, options: PrintOptions): Promise<void> {
  const decoder = new TextDecoder();
  const pager = pagerFor(output, options);
  for await (const piece of bytes) await (pager ?? output).write(safe(decoder.decode(piece, { stream: true })));
  if (pager) await pager.end();
}

/** Writes bytes as they are: the caller has made sure that no terminal reads them. */
export async function printBytes(bytes: AsyncIterable<Uint8Array>, output: Output): Promise<void> {
  for await (const piece of bytes) await output.write(piece);
}

function pagerFor(output: Output, options: PrintOptions): Pager | undefined {
  const command = options.pager && output.isTTY ? pagerOf(options.env, options.configuredPager) : undefined;
  return command === undefined ? undefined : startPager(command, options.env);
}

function* joined(rendered: readonly string[]): Iterable<string> {
  for (let at = 0; at < rendered.length; at += 512) yield rendered.slice(at, at + 512).join('');
}
