import type { ConversationId, ToolId, TurnId } from '../../src/model/ids.ts';
import { mergeBlock } from '../../src/model/merge/block.ts';
import type { Conflict } from '../../src/model/merge/conflicts.ts';
import type { MadePlace, MadeResult, MadeTurn } from '../../src/ops/made-result.ts';
import type { Joined, MergeInput, MergeResult } from '../../src/ops/merge-result.ts';
import type { Oid } from '../../src/store/git.ts';
import { call, said, turn } from './fake-store.ts';

const turnId = (text: string) => text as TurnId;
const place: MadePlace = {
  id: '7qk2m4xw9d' as ConversationId,
  tool: 'claude-code' as ToolId,
  title: 'Fix the line splitter',
  branch: 'main',
};
const from = { ...place, branch: 'try-redis', name: '7qk2m4xw9d/try-redis', turns: 6 };
export const madeCommit = 'aaaa'.padEnd(40, '0') as Oid;

const turns = [
  turn('x1y2z3a4b5c6', 5, 'Does redis keep the order?', 30),
  turn(
    'z9y8x7w6v5t4',
    6,
    [
      [
        said('I look.', 'thinking'),
        call('Edit', { file_path: 'src/queue.ts', old_string: 'a\n', new_string: 'b\nc\n' }),
        call('Bash', { command: 'npm test' }, 'Exit code 1', 'failed'),
        call('Bash', { command: 'npm test' }, '3 passing'),
      ],
      ['Yes: a list keeps the order.\n\nShall I move the retries over too?'],
    ],
    31,
  ),
];

const conflicts: Conflict[] = [
  {
    kind: 'file',
    topic: 'src/queue.ts',
    base: { told: '+3 -0', turns: [{ turn: turnId('h3n8s2c5v7ba'), n: 2 }] },
    ours: { told: '+1 -1', turns: [{ turn: turnId('d3fq7m2k4xw9'), n: 4 }] },
    theirs: { told: '+2 -1', turns: [{ turn: turnId('z9y8x7w6v5t4'), n: 6 }] },
  },
  {
    kind: 'check',
    topic: 'npm test',
    ours: { told: 'fails', turns: [{ turn: turnId('d3fq7m2k4xw9'), n: 4 }] },
    theirs: { told: 'passes', turns: [{ turn: turnId('z9y8x7w6v5t4'), n: 6 }] },
  },
];

const brought: MadeTurn[] = turns.map(({ id, role }, at) => ({
  id: turnId(`${id.slice(0, 10)}pp`),
  n: 6 + at,
  role,
  subject: ['Does redis keep the order?', 'Yes: a list keeps the order'][at] ?? '',
  origin: id,
}));

function joined({ turns: bring, resolution }: Pick<MergeInput, 'turns' | 'resolution'>, contradict: boolean): Joined {
  const held = resolution ? { resolution } : {};
  const all = contradict ? conflicts : [];
  const text = mergeBlock({ from: from.name, since: 4, turns, conflicts: all, ...held, ...(bring ? { brought: turns } : {}) });
  return {
    from,
    into: place,
    since: 4,
    turn: { id: turnId('m1m2m3m4m5m6'), n: 5 },
    text,
    brought: bring ? brought : [],
    conflicts: all,
    ...held,
  };
}

/** Returns what a merge came to, by the name of the branch that is merged. */
export function merged({ from: name, turns: bring, dryRun, resolution }: MergeInput): MergeResult {
  if (name === 'old') return { did: 'nothing', from: { ...from, branch: 'old', name: '7qk2m4xw9d/old' }, into: place };
  const contradict = name === 'clash';
  const result = joined({ ...(bring ? { turns: bring } : {}), ...(resolution ? { resolution } : {}) }, contradict);
  if (dryRun) return { did: 'previewed', ...result };
  return contradict && !resolution ? { did: 'stopped', ...result } : { did: 'merged', commit: madeCommit, ...result };
}

/** Returns what a merge came to of which every text is this one. */
export function mergedOf(text: string, { resolution }: Pick<MergeInput, 'resolution'>): MergeResult {
  const stand = { told: text, turns: [{ turn: turnId('x1y2z3a4b5c6'), n: 1 }] };
  const told: Conflict = { kind: 'file', topic: text, base: stand, ours: stand, theirs: stand };
  const both = { from: { ...from, title: text, branch: text, name: text }, into: { ...place, title: text, branch: text } };
  const all: Joined = { ...joined({}, true), ...both, text, conflicts: [told], brought: brought.map((one) => ({ ...one, subject: text })) };
  return resolution ? { did: 'merged', commit: madeCommit, ...all, resolution } : { did: 'stopped', ...all };
}

/** Turns that a person made. */
export const made: MadeResult = { ...place, commit: madeCommit, turns: brought };
