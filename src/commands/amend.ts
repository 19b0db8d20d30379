import { fail } from '../errors.ts';
import { givenText } from '../ops/given-text.ts';
import { madeResultWire } from '../ui/json/made.ts';
import { madeView } from '../ui/text/made.ts';
import { command } from './command.ts';
import { changeErrors, revisionErrors, revisionHelp } from './revision-arg.ts';

export const amend = command({
  verb: 'amend',
  summary: 'correct what a turn says',
  details: `Opens the turn in $VISUAL or $EDITOR (a program and its arguments, without a
shell), as its page has it: each part stands behind its marker. A text given
with -m or -F takes the place of what was said: of the prompt, or of the last
answer, whose calls stay; one that begins with a marker is the whole page.
The old turn stays in the history, and on every other branch that has it.

${revisionHelp}`,
  args: [{ name: 'revision', summary: 'the turn: @4', required: true }],
  flags: {
    message: { type: 'string', short: 'm', value: 'text', summary: 'what is said there from now on' },
    file: { type: 'string', short: 'F', value: 'file', summary: 'read that from a file; - is the standard input' },
  },
  examples: [
    ['convo amend @4', 'correct turn 4 in the editor'],
    ['convo amend @4 -m "It is right."', 'say it another way'],
    ['fmt a.md | convo amend @4 -F -', 'from another program'],
  ],
  errors: [...revisionErrors, 'bad-value', 'empty-text', 'program-failed', 'no-editor', ...changeErrors],
  async run(context, { args: [revision = ''], flags: { message, file } }) {
    if (message !== undefined && file !== undefined)
      throw fail('unknown-flag', { verb: 'amend', message: '--message and --file cannot go together' });
    const text = message ?? (file === undefined ? undefined : await givenText(context, file));
    return (await context.writing()).amend(context, { revision, ...(text === undefined ? {} : { text }) });
  },
  views: { schema: 'convo.amend/1', json: madeResultWire, text: madeView('Corrected') },
});
