import { fail } from '../errors.ts';
import { givenText } from '../ops/given-text.ts';
import type { EditInput } from '../ops/label-result.ts';
import { editWire } from '../ui/json/edit.ts';
import { editView } from '../ui/text/edit.ts';
import { command, type Flags } from './command.ts';
import { changeErrors, revisionErrors } from './revision-arg.ts';

type Labels = NonNullable<EditInput['labels']>;

const errors = [...revisionErrors, 'bad-value', ...changeErrors] as const;
const views = { schema: 'convo.edit/1', json: editWire, text: editView };
const conversation = 'a conversation: the start of its id, or a part of its title';

const flags = {
  title: { type: 'string', value: 'text', summary: 'what it is called; imports leave that alone from then on' },
  project: { type: 'string', value: 'name', summary: 'the project that it belongs to' },
  status: { type: 'string', value: 'word', summary: 'active, waiting, done, or a word of yours' },
  priority: { type: 'string', value: '1-5', summary: '1 is the most urgent' },
  intent: { type: 'string', value: 'text', summary: 'the task that it is for: conversations of one task have the same' },
  notes: { type: 'string', value: 'text', summary: 'what you want to remember of it' },
  file: { type: 'string', short: 'F', value: 'file', summary: 'read the notes from a file; - is the standard input' },
} as const satisfies Flags;

export const edit = command({
  verb: 'edit',
  summary: 'change the title, project, status, priority, task or notes of a conversation',
  details: `An empty value takes a field away. Without flags the card opens in $VISUAL or
$EDITOR (a program and its arguments, without a shell) as a page, with its
tags, the notes in its body. Only what you change there is saved; a page that
cannot be read is kept, and opened again by the next convo edit.`,
  args: [{ name: 'revision', summary: `${conversation}; none = the current one` }],
  flags,
  examples: [
    ['convo edit', 'the card of the current conversation, in the editor'],
    ['convo edit 7qk2 --status done', 'set one field'],
    ['convo edit 7qk2 --intent "release 1.2"', 'what it was for'],
    ['convo edit 7qk2 --priority ""', 'take one away'],
    ['git log -3 | convo edit 7qk2 -F -', 'notes from another program'],
  ],
  errors: [...errors, 'bad-card-text', 'program-failed', 'no-editor'],
  async run(context, { args: [revision = ''], flags: { file, ...typed } }) {
    if (file !== undefined && typed.notes !== undefined)
      throw fail('unknown-flag', { verb: 'edit', message: '--notes and --file cannot go together' });
    const labels: Labels = file === undefined ? named(typed) : { ...named(typed), notes: await givenText(context, file) };
    const given = Object.keys(labels).length > 0 ? { labels } : {};
    return (await context.writing()).editCard(context, { command: 'edit', revision, ...given });
  },
  views,
});

/** The fields that were typed: global flags stand beside them. */
function named({ title, project, status, priority, intent, notes }: { readonly [Name in keyof Labels]: string | undefined }): Labels {
  const pairs = Object.entries({ title, project, status, priority, intent, notes });
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
}

export const rename = command({
  verb: 'rename',
  summary: 'give a conversation another title',
  details: 'Imports leave the title alone from then on, whatever the tool calls the conversation.',
  args: [
    { name: 'revision', summary: `${conversation}; @ is the current one`, required: true },
    { name: 'title', summary: 'one line of at most 200 characters', required: true },
  ],
  flags: {},
  examples: [
    ['convo rename 7qk2 "CRLF lines"', 'call it so'],
    ['convo rename @ "Try redis"', 'the current one'],
  ],
  errors,
  run: async (context, { args: [revision = '', title = ''] }) =>
    (await context.writing()).editCard(context, { command: 'rename', revision, labels: { title } }),
  views,
});
