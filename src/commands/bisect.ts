import { exitCodes, fail } from '../errors.ts';
import { type BisectResult, bisectLog, markBisect, resetBisect, runBisect, startBisect } from '../ops/bisect.ts';
import { bisectWire } from '../ui/json/bisect.ts';
import { bisectView, type ShownBisect } from '../ui/text/bisect.ts';
import { command } from './command.ts';
import { revisionErrors, revisionHelp } from './revision-arg.ts';

const actions = ['start', 'good', 'bad', 'skip', 'run', 'log', 'reset'] as const;

export const bisect = command({
  verb: 'bisect',
  summary: 'find the first turn after which something is wrong',
  details: `  start [<bad> [<good>]]   search the turns up to <bad>, nothing = all of them
  good|bad|skip [<turn>]   say what a turn is; nothing = the one asked about
  run <command...>         let a command say it
  log                      what was said so far
  reset                    end the search

The command gets the thread up to a turn on standard input, as the pages that
convo show --raw prints, and as files in the folder $CONVO_THREAD: turns/*/*.md
in their order, attachments/ beside them. Exit codes mean what they mean to git
bisect run: 0 is good, 125 skip, others up to 127 bad, everything above stops.
No shell is started, and no branch is moved.

Here @7 means turn 7 of what is searched.
${revisionHelp}`,
  args: [
    { name: 'subcommand', summary: actions.join(', '), required: true, choices: actions },
    { name: 'revision', summary: 'the turns that start, good, bad and skip are about; of run: the command', many: true },
  ],
  flags: { steps: { type: 'boolean', summary: 'with start: find the step, not only the turn' } },
  passes: 'run',
  examples: [
    ['convo bisect start 7qk2', 'search all of a conversation'],
    ['convo bisect run ./check.sh', 'a script judges each thread'],
    ['convo bisect start --steps @40 @12', 'between two turns, step by step'],
    ['convo bisect good', 'the turn that was asked about is good'],
    ['convo bisect reset', 'end the search'],
  ],
  errors: [
    'no-bisect',
    'bisect-lost',
    'not-bisected',
    'bisect-contradiction',
    'bisect-over',
    'bisect-aborted',
    ...revisionErrors,
    'unknown-step',
    'cannot-write',
  ],
  exits: [exitCodes.failed],
  async run(context, { args: [action = '', ...rest], flags: { steps = false } }): Promise<ShownBisect> {
    const [bad, good, extra] = rest;
    const wrong = (message: string) => fail('unknown-flag', { verb: 'bisect', message });
    if (steps && action !== 'start') throw wrong(`--steps goes with convo bisect start, not with ${action}`);
    const tooMany = { start: extra, log: bad, reset: bad }[action];
    if (tooMany !== undefined) throw wrong(`convo bisect ${action} does not take "${tooMany}"`);
    switch (action) {
      case 'start':
        return { did: 'started', ...(await startBisect(context, { steps, ...(bad && { bad }), ...(good && { good }) })) };
      case 'run':
        if (!bad) throw wrong('convo bisect run needs a command');
        return { did: 'ran', ...(await runBisect(context, rest)) };
      case 'log':
        return { did: 'logged', ...(await bisectLog(context)) };
      case 'reset':
        return { did: 'reset', ...(await resetBisect(context)) };
      default:
        return { did: 'marked', ...(await markBisect(context, action as 'good' | 'bad' | 'skip', rest)) };
    }
  },
  views: { schema: 'convo.bisect/1', json: bisectWire, text: bisectView },
  exit: (shown) => (shown.did === 'ran' && !isFound(shown) ? exitCodes.failed : exitCodes.ok),
});

const isFound = ({ findings }: Pick<BisectResult, 'findings'>) => findings.state === 'found';
