import { type ParseArgsConfig, parseArgs } from 'node:util';
import { fail } from '../errors.ts';
import type { Command, Flag, Flags, Typed, Values } from './command.ts';
import { type GlobalFlags, globalFlags } from './globals.ts';

/** An argv split at its verb; the verb is undefined for `convo` alone. */
export interface Split {
  verb: string | undefined;
  rest: string[];
}

const takesValue = (flag: Flag | undefined) => flag !== undefined && flag.type !== 'boolean';

/** Returns the first word that is no global flag as the verb, and everything else in its order. */
export function splitVerb(argv: readonly string[]): Split {
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? '';
    if (word === '--') break;
    if (word === '-' || !word.startsWith('-')) return { verb: word, rest: [...argv.slice(0, at), ...argv.slice(at + 1)] };
    if (takesValue((globalFlags as Flags)[word.slice(2)])) at++;
  }
  return { verb: undefined, rest: [...argv] };
}

type Options = NonNullable<ParseArgsConfig['options']>;

function optionsOf(flags: Flags): Options {
  const entries = Object.entries(flags).map(([name, flag]): [string, Options[string]] => [
    name,
    { type: takesValue(flag) ? 'string' : 'boolean', ...(flag.short && { short: flag.short }), ...(flag.many && { multiple: true }) },
  ]);
  return Object.fromEntries(entries);
}

export interface Parsed extends Typed {
  globals: Values<GlobalFlags>;
}

/** Returns what was typed behind a verb, by its table; throws `unknown-flag` or `bad-value`. */
export function parseTyped(command: Pick<Command, 'verb' | 'args' | 'flags' | 'passes'>, rest: readonly string[]): Parsed {
  const table: Flags = { ...globalFlags, ...command.flags };
  const { own, passed } = splitPassed(command, rest, table);
  const { values, positionals: given } = parse(command.verb, own, table);
  const positionals = [...given, ...passed];
  const flags: Record<string, ReturnType<typeof typed> | ReturnType<typeof typed>[]> = {};
  for (const [name, value] of Object.entries(values)) {
    const read = (one: unknown) => typed(command.verb, name, table[name], one);
    flags[name] = Array.isArray(value) ? value.map(read) : read(value);
  }
  if (!values.help) checkArgs(command, positionals);
  return { args: positionals, flags: flags as unknown as Values<Flags>, globals: flags as Values<GlobalFlags> };
}

/** Returns the words of a command line that are convo's, and those that are another program's. */
export function splitPassed(
  { passes }: Pick<Command, 'passes'>,
  rest: readonly string[],
  table: Flags = globalFlags,
): { own: readonly string[]; passed: readonly string[] } {
  const first = rest.findIndex((word, at) => !word.startsWith('-') && !takesValue(table[rest[at - 1]?.slice(2) ?? '']));
  if (passes === undefined || rest[first] !== passes) return { own: rest, passed: [] };
  const passed = rest.slice(first + 1);
  return { own: rest.slice(0, first + 1), passed: passed[0] === '--' ? passed.slice(1) : passed };
}

/** Returns the global flags of an argv that may be wrong elsewhere: to know how an error is to be shown. */
export function readGlobals(argv: readonly string[]): Values<GlobalFlags> {
  return parseArgs({ args: [...argv], options: optionsOf(globalFlags), strict: false }).values as Values<GlobalFlags>;
}

function parse(verb: string, rest: readonly string[], table: Flags): { values: Record<string, unknown>; positionals: string[] } {
  try {
    return parseArgs({ args: [...rest], options: optionsOf(table), allowPositionals: true });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (!code.startsWith('ERR_PARSE_ARGS')) throw error;
    const message = (error as Error).message.replace(/\. To specify.*$/s, '').replace(/ argument is ambiguous\..*$/s, ' needs a value');
    throw fail('unknown-flag', { verb, message }, error);
  }
}

function typed(verb: string, name: string, flag: Flag | undefined, value: unknown): string | boolean | number {
  if (typeof value === 'boolean') return value;
  const text = String(value);
  const wrong = (expected: string) => fail('bad-value', { verb, what: `--${name}`, value: text, expected });
  if (flag?.choices && !flag.choices.includes(text)) throw wrong(`one of ${flag.choices.join(', ')}`);
  // What a script left empty must not mean the folder that it happens to be in.
  if (text === '' && flag?.value !== undefined && ['path', 'file', 'folder'].includes(flag.value)) throw wrong('a path');
  if (flag?.type !== 'number') return text;
  if (!/^\d{1,9}$/.test(text)) throw wrong(/^\d+$/.test(text) ? 'a number below a billion' : 'a number');
  return Number(text);
}

function checkArgs(command: Pick<Command, 'verb' | 'args'>, given: readonly string[]): void {
  const { verb, args } = command;
  const missing = args.find((arg, at) => arg.required && given[at] === undefined);
  if (missing) throw fail('unknown-flag', { verb, message: `convo ${verb} needs a ${missing.name}` });
  const extra = given[args.length];
  if (extra !== undefined && !args.at(-1)?.many) throw fail('unknown-flag', { verb, message: `convo ${verb} does not take "${extra}"` });
  for (const [at, word] of given.entries()) {
    const arg = args[Math.min(at, args.length - 1)];
    if (arg?.choices && !arg.choices.includes(word)) {
      throw fail('bad-value', { verb, what: arg.name, value: word, expected: `one of ${arg.choices.join(', ')}` });
    }
  }
}
