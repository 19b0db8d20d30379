import { exitCodes, fail } from '../errors.ts';
import { type BlameResult, blame as blameText } from '../ops/blame.ts';
import { blameWire } from '../ui/json/blame.ts';
import { blameView } from '../ui/text/blame.ts';
import { command } from './command.ts';
import { revisionArg, revisionErrors, revisionHelp } from './revision-arg.ts';

export const blame = command({
  verb: 'blame',
  summary: 'tell which turn first said a line, or first changed a file',
  details: `Every line that holds the text is told once, with the turn that said it first:
what was said and thought, what tools were given and what they gave, in
sub-agents too. The end of a path (lines.ts, src/lines.ts) means the file where
a turn changed one of that name; with a slash behind it, all files of a folder.
Files that were only read do not count.

${revisionHelp}`,
  args: [
    { name: 'text|path', summary: 'what was said, or which file was changed', required: true },
    { ...revisionArg, summary: 'the thread up to it is looked through; see above' },
  ],
  flags: {
    all: { type: 'boolean', short: 'a', summary: 'look through all conversations, oldest first' },
    'ignore-case': { type: 'boolean', short: 'i', summary: 'in any case' },
    'extended-regexp': { type: 'boolean', short: 'E', summary: 'the text is a regular expression (of JavaScript), each line for itself' },
    text: { type: 'boolean', short: 't', summary: 'it is a text, whatever files are called so' },
    file: { type: 'boolean', short: 'f', summary: 'it is a path' },
    limit: { type: 'number', short: 'n', value: 'number', summary: 'at most so many' },
  },
  examples: [
    ['convo blame "localStorage"', 'who brought that up, and where'],
    ['convo blame src/lines.ts 7qk2', 'the turn that first changed it'],
    ['convo blame -E "TODO|FIXME" --all', 'in every conversation'],
    ['convo blame -a -n1 ECONNREFUSED', 'when it was seen first'],
  ],
  errors: [...revisionErrors, 'bad-value', 'pattern-too-slow'],
  exits: [exitCodes.failed],
  run(context, { args: [text = '', revision], flags }): Promise<BlameResult> {
    const { all = false, limit, file = false } = flags;
    const [regex, ignoreCase] = [flags['extended-regexp'] ?? false, flags['ignore-case'] ?? false];
    const isText = flags.text || regex || ignoreCase;
    const wrong = (message: string) => fail('unknown-flag', { verb: 'blame', message });
    if (file && isText) throw wrong('--file takes a path as it is: leave out --text, -i and -E');
    if (all && revision !== undefined) throw wrong('--all looks through all conversations: leave out the revision');
    return blameText(context, {
      ...{ text, regex, ignoreCase, all, revision: revision ?? '' },
      ...(isText ? { kind: 'text' } : file ? { kind: 'file' } : {}),
      ...(limit === undefined ? {} : { limit }),
    });
  },
  views: { schema: 'convo.blame/1', json: blameWire, text: blameView },
  exit: ({ found }) => (found.length > 0 ? exitCodes.ok : exitCodes.failed),
  paged: true,
});
