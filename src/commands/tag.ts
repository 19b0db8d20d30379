import { tagWire } from '../ui/json/tag.ts';
import { tagView } from '../ui/text/tag.ts';
import { command } from './command.ts';
import { changeErrors, revisionErrors } from './revision-arg.ts';

export const tag = command({
  verb: 'tag',
  summary: 'put tags on a conversation, or take them off',
  details: `The first word names a conversation where it is @, @- or the start of an id
(four characters at least), or holds a space, as a part of a title; else it
is a tag of the current conversation. A tag is one word, in small letters.
Without tags it lists those of the conversation; without anything, all tags.`,
  args: [
    { name: 'revision', summary: 'a conversation; none = the current one' },
    { name: 'tag', summary: 'what to put on it', many: true },
  ],
  flags: { delete: { type: 'boolean', short: 'd', summary: 'take the tags off' } },
  examples: [
    ['convo tag urgent', 'tag the current conversation'],
    ['convo tag 7qk2 parser bench', 'put two tags on another one'],
    ['convo tag "line splitter" urgent', 'found by its title'],
    ['convo tag -d 7qk2 bench', 'take one off; convo undo puts it back'],
    ['convo tag', 'all tags, and how many conversations have them'],
  ],
  errors: [...revisionErrors, 'bad-value', 'unknown-tag', ...changeErrors],
  run: async (context, { args, flags }) => (await context.writing()).tag(context, { words: args, remove: flags.delete ?? false }),
  views: { schema: 'convo.tag/1', json: tagWire, text: tagView },
  paged: true,
});
