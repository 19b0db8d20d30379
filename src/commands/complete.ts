import { ConvoError } from '../errors.ts';
import { configKeys } from '../ops/config.ts';
import type { Context } from '../ops/context.ts';
import type { Command, Flags } from './command.ts';
import { globalFlags } from './globals.ts';
import { aliases, loaderOf, verbs } from './index.ts';
import { splitVerb } from './parse.ts';

/** The shell expands what it is offered: only words that mean themselves may reach it. */
const harmless = /^[\w@.:/-]+$/;
const most = 50;

/** Returns what can follow the words of a command line (`convo` first, the unfinished word last), most useful first. */
export async function complete(words: readonly string[], context: Context): Promise<string[]> {
  const typed = words.at(-1) ?? '';
  const { verb, rest } = splitVerb(words.slice(1, -1));
  const load = verb === undefined ? undefined : loaderOf(verb);
  const candidates = load ? await ofCommand(await load(), rest, typed, context) : ofConvo(typed);
  return candidates.filter((word) => word.startsWith(typed) && harmless.test(word)).slice(0, most);
}

const flagWords = (flags: Flags) => Object.keys(flags).map((name) => `--${name}`);

function ofConvo(typed: string): string[] {
  return typed.startsWith('-') ? [...flagWords(globalFlags), '--version'] : [...Object.keys(verbs), ...Object.keys(aliases)];
}

async function ofCommand(command: Command, rest: readonly string[], typed: string, context: Context): Promise<string[]> {
  const flags: Flags = { ...command.flags, ...globalFlags };
  const before = flags[(rest.at(-1) ?? '').replace(/^--/, '')];
  if (before && before.type !== 'boolean') return [...(before.choices ?? (await valuesIn(context, before.value)))];
  if (typed.startsWith('-')) return flagWords(flags);
  if (command.passes !== undefined && rest.includes(command.passes)) return [];
  const given = rest.filter((word) => !word.startsWith('-')).length;
  const arg = command.args[given] ?? (command.args.at(-1)?.many ? command.args.at(-1) : undefined);
  if (arg?.choices) return [...arg.choices];
  if (arg?.name === 'revision') return conversations(context);
  if (arg?.name === 'tag') return valuesIn(context, 'tag');
  if (arg?.name === 'remote') return remotes(context);
  if (arg?.name === 'key') return Object.keys(configKeys);
  return arg?.name === 'command' ? Object.keys(verbs) : [];
}

async function remotes(context: Context): Promise<string[]> {
  const { readRemotes } = await import('../ops/remote/settings.ts');
  return offered(async () => (await readRemotes(context)).map(({ name }) => name));
}

type Listed = Awaited<ReturnType<Awaited<ReturnType<Context['reader']>>['entries']>>;

const conversations = (context: Context) =>
  fromEntries(context, (entries) => entries.filter((entry) => entry.answered).map((entry) => entry.id));

/** The tags or the statuses that conversations have, where a flag takes one. */
async function valuesIn(context: Context, kind: string | undefined): Promise<string[]> {
  if (kind !== 'tag' && kind !== 'word') return [];
  const of = ({ tags = [], status }: Listed[number]) => (kind === 'tag' ? tags : status ? [status] : []);
  return fromEntries(context, (entries) => [...new Set(entries.flatMap(of))].sort());
}

const fromEntries = (context: Context, words: (entries: Listed) => string[]): Promise<string[]> =>
  offered(async () => words(await (await context.reader()).entries()));

/** Completion offers what it can; the command itself will say what is wrong. */
async function offered(words: () => Promise<string[]>): Promise<string[]> {
  try {
    return await words();
  } catch (error) {
    if (error instanceof ConvoError) return [];
    throw error;
  }
}
