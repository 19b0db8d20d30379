import { fail } from '../errors.ts';
import { type LogResult, type LogShape, log as logTurns } from '../ops/log.ts';
import { logWire } from '../ui/json/log.ts';
import { type LogLook, logView } from '../ui/text/log.ts';
import { command } from './command.ts';
import { revisionArg, revisionErrors, revisionHelp } from './revision-arg.ts';

interface Shown {
  result: LogResult;
  look: LogLook;
}

const shapes = ['turns', 'oneline', 'graph'] as const satisfies readonly LogShape[];

export const log = command({
  verb: 'log',
  summary: 'tell a conversation turn by turn, newest first',
  details: `${revisionHelp}
a..b tells the turns that b has and a has not, a...b those that only one of
them has; an empty side is the current branch.`,
  args: [{ ...revisionArg, many: true }],
  flags: {
    turns: { type: 'boolean', summary: 'a line a turn, not an exchange' },
    oneline: { type: 'boolean', summary: 'only id and subject of each turn' },
    graph: { type: 'boolean', summary: 'draw all branches and sub-agents' },
    stat: { type: 'boolean', summary: 'tell the files that each turn changed' },
    patch: { type: 'boolean', short: 'p', summary: 'tell how each turn changed them' },
    grep: { type: 'string', value: 'text', summary: 'only turns with this in them' },
    'merge-base': { type: 'boolean', summary: 'only up to the turn at which two branches parted' },
    reverse: { type: 'boolean', summary: 'oldest first' },
    limit: { type: 'number', short: 'n', value: 'number', summary: 'at most so many exchanges (turns, with --turns, --oneline, --graph)' },
  },
  examples: [
    ['convo log', 'the current conversation'],
    ['convo log 7qk2 --graph', 'all its branches'],
    ['convo log main..try-redis', 'what try-redis has and main has not'],
    ['convo log --merge-base main try -n1', 'where they parted'],
    ['convo log 7qk2@12 -p', 'up to turn 12, with the changes to files'],
  ],
  errors: [...revisionErrors, 'no-merge-base'],
  async run(context, { args: [revision = '', other, extra], flags }): Promise<Shown> {
    const chosen = shapes.filter((shape) => flags[shape]);
    if (chosen.length > 1) {
      throw fail('unknown-flag', { verb: 'log', message: `--${chosen[0]} and --${chosen[1]} cannot go together` });
    }
    const unwanted = flags['merge-base'] ? extra : other;
    if (unwanted !== undefined) throw fail('unknown-flag', { verb: 'log', message: `convo log does not take "${unwanted}"` });
    const unfit = (['grep', 'stat', 'patch', 'reverse', 'merge-base'] as const).find((name) => flags.graph && flags[name]);
    if (unfit) throw fail('unknown-flag', { verb: 'log', message: `--graph and --${unfit} cannot go together` });
    const { grep, limit } = flags;
    const look = { stat: flags.stat ?? false, patch: flags.patch ?? false };
    const result = await logTurns(context, {
      revision,
      shape: chosen[0] ?? 'exchanges',
      diffs: look.stat || look.patch,
      reverse: flags.reverse ?? false,
      ...(flags['merge-base'] ? { mergeBaseWith: other ?? '' } : {}),
      ...(grep === undefined ? {} : { grep }),
      ...(limit === undefined ? {} : { limit }),
    });
    return { result, look };
  },
  views: {
    schema: 'convo.log/1',
    json: ({ result }: Shown) => logWire(result),
    text: ({ result, look }, settings) => logView(look)(result, settings),
  },
  paged: true,
});
