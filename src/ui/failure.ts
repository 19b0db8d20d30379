import { type ConvoError, type ExitCode, exitCodes, keptWith } from '../errors.ts';
import { errorDocument } from './json/document.ts';
import { type Line, line, render, styled } from './line.ts';
import { paintOf } from './print.ts';
import type { Output } from './terminal.ts';

export interface FailureOptions {
  json: boolean;
  /** Show the causes. */
  verbose: boolean;
  color: boolean;
}

/** Shows a failure on stderr and returns its exit code. */
export async function sayFailure(error: ConvoError, output: Output, options: FailureOptions): Promise<ExitCode> {
  const { code, message, exit } = error;
  if (options.json) {
    const data = { ...error.data, ...keptData(error) };
    output.write(errorDocument({ code, message, ...(error.hint === undefined ? {} : { hint: error.hint }), data, exit }));
    return exit;
  }
  const lines = [...textLines('convo: ', message), ...keptLines(error)];
  if (options.verbose) lines.push(...causes(error));
  if (error.hint !== undefined) lines.push(line(styled('faint', 'hint: '), error.hint));
  await write(lines, output, options.color);
  return exit;
}

/** Shows a bug (anything thrown that is no ConvoError) with what a report needs; returns 70. */
export async function sayBug(error: unknown, output: Output, options: FailureOptions): Promise<ExitCode> {
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  if (options.json) {
    output.write(errorDocument({ code: 'bug', message, data: { stack, ...keptData(error) }, exit: exitCodes.bug }));
    return exitCodes.bug;
  }
  const frames = stack.split('\n').filter((text) => /^\s+at /.test(text));
  const shown = options.verbose ? frames : frames.slice(0, 3);
  const lines = [
    ...textLines('convo: bug: ', message),
    ...keptLines(error),
    ...shown.map((text) => line(styled('faint', text))),
    line(styled('faint', 'hint: '), 'This is a fault of convo; nothing saved is lost. Report the lines above, with `convo version`'),
  ];
  await write(lines, output, options.color);
  return exitCodes.bug;
}

/** Shows after an interrupt where what the user wrote is kept, if anything is. */
export async function sayKept(error: unknown, output: Output, { color }: FailureOptions): Promise<void> {
  await write(keptLines(error), output, color);
}

function keptData(error: unknown): { kept?: string } {
  const path = keptWith(error);
  return path === undefined ? {} : { kept: path };
}

function keptLines(error: unknown): Line[] {
  const path = keptWith(error);
  return path === undefined ? [] : [line(`What you wrote is kept in ${path}`)];
}

/** Shows remarks on stderr. */
export async function sayWarnings(warnings: readonly string[], output: Output, color: boolean): Promise<void> {
  await write(
    warnings.flatMap((warning) => textLines('', warning)),
    output,
    color,
  );
}

function textLines(lead: string, text: string): Line[] {
  const [first = '', ...rest] = text.split(/\r?\n/);
  return [line(lead, first), ...rest.map((one) => line(one))];
}

function causes(error: Error): Line[] {
  const lines: Line[] = [];
  for (let cause = error.cause; cause !== undefined && lines.length < 20; cause = cause instanceof Error ? cause.cause : undefined) {
    const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    lines.push(...textLines('because: ', text));
  }
  return lines;
}

async function write(lines: readonly Line[], output: Output, color: boolean): Promise<void> {
  if (lines.length === 0) return;
  const paint = await paintOf(color);
  output.write(lines.map((one) => `${render(one, paint)}\n`).join(''));
}
