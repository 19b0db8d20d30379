import yargs, { type Argv, type Options } from 'yargs';
import { type ConvoError, type ExitCode, errorTable, exitCodes, fail } from '../errors.ts';
import { near } from '../ops/near.ts';
import type { Command, Flag, Flags } from './command.ts';
import { globalFlags } from './globals.ts';

/** What each exit code means; every help lists those that its command can return. */
export const exitMeanings: Readonly<Record<ExitCode, string>> = {
  [exitCodes.ok]: 'done',
  [exitCodes.failed]: 'failed, and says what to do',
  [exitCodes.usage]: 'typed wrongly',
  [exitCodes.partial]: 'done, but some of it was skipped or refused, and is named',
  [exitCodes.conflicts]: 'stopped at conflicts',
  [exitCodes.noStore]: 'there is no store yet',
  [exitCodes.locked]: 'another convo is writing',
  [exitCodes.bug]: 'a fault of convo',
  [exitCodes.interrupted]: 'interrupted',
};

/** Returns the exit codes that a command can return, in order: its own, those of its errors, and those of every command. */
export function exitsOf(command: Pick<Command, 'errors' | 'exits'>): ExitCode[] {
  const always: ExitCode[] = [exitCodes.ok, exitCodes.usage, exitCodes.bug, exitCodes.interrupted];
  const all = [...always, ...(command.exits ?? []), ...command.errors.map((code) => errorTable[code].exit)];
  return [...new Set(all)].sort((a, b) => a - b);
}

function optionOf(flag: Flag, global: boolean): Options {
  return {
    type: flag.type === 'boolean' ? 'boolean' : 'string',
    describe: flag.summary,
    group: global ? 'Everywhere:' : 'Flags:',
    ...(flag.short && { alias: flag.short }),
    ...(flag.choices && { choices: flag.choices }),
    ...(flag.type !== 'boolean' && { requiresArg: true }),
  };
}

function signature(command: Pick<Command, 'verb' | 'args'>): string {
  const args = command.args.map((arg) => {
    const name = arg.many ? `${arg.name}..` : arg.name;
    return arg.required ? `<${name}>` : `[${name}]`;
  });
  return ['convo', command.verb, ...args].join(' ').trim();
}

/** Returns a yargs of one command, made from its table. */
function build(command: Command, columns: number): Argv {
  let parser = yargs([])
    .scriptName('convo')
    .usage([signature(command), '', sentence(command.summary), ...(command.details ? ['', command.details] : [])].join('\n'))
    .help(false)
    .version(false)
    .exitProcess(false)
    .showHelpOnFail(false)
    .wrap(Math.min(columns, 100))
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
    })
    .strictOptions();
  for (const [name, flag] of Object.entries<Flag>(command.flags)) parser = parser.option(name, optionOf(flag, false));
  for (const [name, flag] of Object.entries<Flag>(globalFlags)) parser = parser.option(name, optionOf(flag, true));
  return command.examples.reduce((one, [typed, does]) => one.example(`$ ${typed}`, does), parser).epilogue(epilogue(command));
}

const sentence = (summary: string) => `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;

function epilogue(command: Command): string {
  const args = command.args.map((arg) => `  ${arg.name.padEnd(10)}  ${arg.summary}`);
  const exits = exitsOf(command).map((code) => `  ${String(code).padStart(3)}  ${exitMeanings[code]}`);
  return [...(args.length > 0 ? ['Arguments:', ...args, ''] : []), 'Exit codes:', ...exits].join('\n');
}

/** Returns the help of one command. */
export function helpOf(command: Command, columns: number): Promise<string> {
  return build(command, columns).getHelp();
}

/** Returns the error of a wrong command line in yargs' words, with the flag that was probably meant. */
export async function explain(command: Command, rest: readonly string[], error: ConvoError): Promise<ConvoError> {
  const table: Flags = { ...globalFlags, ...command.flags };
  const wrong = rest.map((word) => /^--?([^=]+)/.exec(word)?.[1] ?? '').find((name) => name !== '' && !known(name, table));
  if (wrong !== undefined && rest.some((word) => word.startsWith(`--${wrong}`))) {
    const [best] = near(wrong, Object.keys(table));
    return fail('unknown-flag', {
      verb: command.verb,
      message: `convo ${command.verb} has no flag --${wrong}${best ? `. Did you mean --${best}?` : ''}`,
    });
  }
  const said = await yargsMessage(command, rest);
  return said === undefined ? error : fail('unknown-flag', { verb: command.verb, message: said });
}

const known = (name: string, table: Flags) =>
  Object.hasOwn(table, name) || Object.values(table).some((flag) => flag.short === name.charAt(0) && name.length === 1);

async function yargsMessage(command: Command, rest: readonly string[]): Promise<string | undefined> {
  let said: string | undefined;
  try {
    await build(command, 80)
      .fail((message) => {
        said = message;
      })
      .parseAsync([...rest]);
  } catch (error) {
    said ??= error instanceof Error ? error.message : undefined;
  }
  return said?.split('\n').join(' ').trim();
}
