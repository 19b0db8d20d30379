import { fail } from '../errors.ts';
import { type ShowMode, show as showTurns } from '../ops/show.ts';
import { showWire } from '../ui/json/show.ts';
import { showView } from '../ui/text/show.ts';
import { command } from './command.ts';
import { revisionArg, revisionErrors, revisionHelp } from './revision-arg.ts';

const modes = ['full', 'prompts', 'raw'] as const satisfies readonly ShowMode[];

export const show = command({
  verb: 'show',
  summary: 'read a turn, or the last exchange of a conversation',
  details: revisionHelp,
  args: [revisionArg],
  flags: {
    full: { type: 'boolean', summary: 'unfold calls, results, thinking and sub-agents' },
    prompts: { type: 'boolean', summary: 'only what you wrote, of the whole conversation' },
    raw: { type: 'boolean', summary: "the tool's own records, byte for byte where they are piped; of a turn, its page" },
  },
  examples: [
    ['convo show', 'the last exchange of the current conversation'],
    ['convo show 7qk2@-1 --full', 'its last turn with every call'],
    ['convo show 7qk2 --raw > session.jsonl', "the tool's own file back"],
  ],
  errors: [...revisionErrors, 'unknown-step'],
  run(context, { args: [revision = ''], flags }) {
    const chosen = modes.filter((mode) => flags[mode]);
    if (chosen.length > 1) {
      throw fail('unknown-flag', { verb: 'show', message: `--${chosen[0]} and --${chosen[1]} cannot go together` });
    }
    return showTurns(context, { revision, mode: chosen[0] ?? 'folded' });
  },
  views: {
    schema: 'convo.show/1',
    json(result) {
      if (result.raw) throw fail('unknown-flag', { verb: 'show', message: 'Raw bytes are no JSON: leave --json or --raw out' });
      return showWire(result);
    },
    text: showView,
    bytes: ({ raw }) => raw,
  },
  paged: true,
});
