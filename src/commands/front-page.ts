import type { Command, Flag } from './command.ts';
import { globalFlags } from './globals.ts';
import { verbs } from './index.ts';

type Verb = keyof typeof verbs;

const groups: readonly (readonly [title: string, verbs: readonly Verb[]])[] = [
  ['Save', ['import', 'status']],
  ['Read', ['list', 'log', 'show', 'diff']],
  ['Find', ['blame', 'bisect']],
  ['Branch', ['branch', 'switch', 'merge', 'cherry-pick', 'revert', 'amend']],
  ['Go on', ['resume']],
  ['Label', ['tag', 'edit', 'rename']],
  ['Several machines', ['remote', 'sync', 'pull', 'push', 'fetch']],
  ['Take back', ['undo', 'redo', 'op']],
  ['Look after the store', ['verify', 'reimport', 'config']],
  ['More', ['completion', 'version', 'help']],
];

const signatures = ({ verb, args }: Command): string =>
  [verb, ...args.map((arg) => (arg.many ? `[${arg.name}..]` : `[${arg.name}]`))].join(' ');

const flagRow = ([name, flag]: [string, Flag]): string => {
  const typed = `${flag.short ? `-${flag.short}, ` : ''}--${name}${flag.value ? ` <${flag.value}>` : ''}`;
  return `  ${typed.padEnd(22)}${flag.summary}${flag.choices ? ` (${flag.choices.join(', ')})` : ''}`;
};

/** Returns what `convo --help` says: made for someone who sees convo for the first time. */
export async function frontPage(): Promise<string> {
  const sections: string[] = [];
  for (const [title, names] of groups) {
    const commands = await Promise.all(names.map((name) => verbs[name]()));
    sections.push([title, ...commands.map((one) => `  ${signatures(one).padEnd(21)} ${one.summary}`)].join('\n'));
  }
  return [
    'convo: version control for AI conversations',
    'It saves what you and your AI tools said to each other, and never loses a word of it.',
    [
      'Start',
      '  $ convo import        save every conversation of the AI tools on this machine',
      '  $ convo               see where you are, and what to type next',
      '  $ convo show          read the last exchange',
    ].join('\n'),
    ...sections,
    ['Everywhere', ...Object.entries<Flag>(globalFlags).map(flagRow)].join('\n'),
    'A conversation is named by the start of its id or a part of its title, a turn by its number:\n  convo show 7qk2@10    convo log "line splitter"    convo show @-1\nMore: convo help <command>, convo help revisions, convo help exit-codes',
  ].join('\n\n');
}
