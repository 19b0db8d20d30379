import { exitCodes, fail } from '../errors.ts';
import { type DiffResult, diff as diffRevisions } from '../ops/diff.ts';
import { type WrittenPage, writePage } from '../ops/write-page.ts';
import { diffPage } from '../ui/html/diff/page.ts';
import { diffWire } from '../ui/json/diff.ts';
import type { DiffLook } from '../ui/text/diff/look.ts';
import { pageView } from '../ui/text/diff/page.ts';
import { diffView } from '../ui/text/diff/view.ts';
import { command, type Flags, type Values } from './command.ts';
import { revisionErrors, revisionHelp } from './revision-arg.ts';

interface Shown {
  result: DiffResult;
  look: DiffLook;
  /** Differences are told by the exit code too. */
  told: boolean;
  /** The page that was written. */
  page?: WrittenPage;
}

const flags = {
  stat: { type: 'boolean', summary: 'only how much each turn differs' },
  prompts: { type: 'boolean', summary: 'only what you wrote' },
  tools: { type: 'boolean', summary: 'only the calls of tools, each one' },
  files: { type: 'boolean', summary: 'only the files that either side changed' },
  word: { type: 'boolean', summary: 'mark changed words in their text (this is the default)' },
  unified: { type: 'boolean', short: 'u', summary: 'mark changed lines' },
  'side-by-side': { type: 'boolean', short: 'y', summary: 'in two columns' },
  full: { type: 'boolean', summary: 'leave out nothing, however long' },
  html: { type: 'string', value: 'file', summary: 'write a page with the branches as columns: one file, without scripts' },
  'exit-code': { type: 'boolean', summary: 'exit with 1 where anything differs' },
} as const satisfies Flags;

export const diff = command({
  verb: 'diff',
  summary: 'compare two branches, turns or conversations, turn by turn',
  details: `Both are compared from where they parted; where they share no turn, by what
was asked, so two tools can be compared that were asked the same. One
revision alone is compared with the current branch; a..b is the same as
a b, a...b what b did since the two parted.

  =  the same   ≈  alike   ~  changed   -  only in a   +  only in b

${revisionHelp}`,
  args: [
    { name: 'revision', summary: 'a: a conversation, and which branch, turn and step of it; see above', required: true },
    { name: 'revision', summary: 'b: the same; nothing = the current branch' },
  ],
  flags,
  examples: [
    ['convo diff 7qk2/main 7qk2/main-2', 'two branches, from the fork on'],
    ['convo diff 7qk2 3hs8 --side-by-side', 'two conversations, perhaps of two tools'],
    ['convo diff @4 --stat', 'what came after turn 4'],
    ['convo diff 7qk2 3hs8 --html fork.html', 'a page to read in a browser'],
  ],
  errors: [...revisionErrors, 'unknown-step', 'no-merge-base', 'cannot-write', 'path-taken'],
  exits: [exitCodes.failed],
  async run(context, { args: [a = '', b], flags: typed }): Promise<Shown> {
    const look = lookOf(typed);
    const result = await diffRevisions(context, { a, ...(b === undefined ? {} : { b }) });
    const told = typed['exit-code'] ?? false;
    if (typed.html === undefined) return { result, look, told };
    return { result, look, told, page: await writePage(context, typed.html, diffPage(result, context.host.now())) };
  },
  views: {
    schema: 'convo.diff/1',
    json: ({ result, page }: Shown) => diffWire(result, page?.path),
    text: ({ result, look, page }, settings) => (page ? pageView({ ...page, result }, settings) : diffView(look)(result, settings)),
  },
  exit: ({ result, told }) => (told && result.changes.some(({ change }) => change !== 'same') ? exitCodes.failed : exitCodes.ok),
  paged: true,
});

const layouts = { stat: 'stat', word: 'word', unified: 'unified', 'side-by-side': 'columns' } as const;

function lookOf(typed: Values<typeof flags>): DiffLook {
  const named = (Object.keys(layouts) as (keyof typeof layouts)[]).filter((name) => typed[name]);
  if (named.length > 1) throw fail('unknown-flag', { verb: 'diff', message: `--${named[0]} and --${named[1]} cannot go together` });
  const only = (['prompts', 'tools', 'files'] as const).filter((part) => typed[part]);
  const [unfit] = [...named, ...only];
  if (typed.html !== undefined && unfit) throw fail('unknown-flag', { verb: 'diff', message: `--html and --${unfit} cannot go together` });
  return { layout: layouts[named[0] ?? 'word'], only, full: typed.full ?? false };
}
