import type { ConversationId, ToolId, TurnId } from '../../src/model/ids.ts';
import type { ForkResult } from '../../src/ops/branch-result.ts';
import type { Writing } from '../../src/ops/context.ts';
import type { FoundTool, ImportResult } from '../../src/ops/import-result.ts';
import type { ConversationChange, OperationsResult, SetBackResult, ToldOperation } from '../../src/ops/operation-result.ts';
import type { ReimportResult } from '../../src/ops/reimport-result.ts';
import type { VerifyResult } from '../../src/ops/verify-result.ts';
import type { Oid } from '../../src/store/git.ts';
import { turn } from './fake-store.ts';
import { editedCard, tagged } from './label-results.ts';
import { made, merged } from './made-results.ts';
import { cloned, remoteResult } from './remote-results.ts';
import { resumed } from './resume-results.ts';
import { primaryStanding, synced } from './sync-results.ts';

const claude = 'claude-code' as ToolId;
const codex = 'codex' as ToolId;
const id = (text: string) => text as ConversationId;

export const foundTools: FoundTool[] = [
  { tool: claude, title: 'Claude Code', folder: '/home/ada/.claude/projects', sources: 214, changed: 3 },
  { tool: codex, title: 'Codex CLI', folder: '/home/ada/.codex/sessions', sources: 17, changed: 0 },
];

export const imported: ImportResult = {
  dryRun: false,
  tools: foundTools,
  conversations: { new: 2, grown: 1, unchanged: 228 },
  turnsAdded: 23,
  branchesAdded: 3,
  openTurns: 1,
  unplaced: [
    {
      path: '/home/ada/.codex/sessions/2026/02/10/rollout-resumed.jsonl',
      tool: 'codex' as ToolId,
      conversation: 'k3v9t0p2xa' as ConversationId,
    },
  ],
  waiting: ['/home/ada/.codex/sessions/just-opened.jsonl'],
  held: 0,
  records: { total: 1204, inTurns: 1100, rawOnly: 100, skipped: 4 },
  bytes: 4_200_000,
  changed: [
    {
      id: id('7qk2m4xw9d'),
      title: 'Fix the line splitter',
      tool: claude,
      project: 'example.com/org/app',
      new: true,
      turnsAdded: 12,
      branchesAdded: 2,
      open: 0,
      labels: [],
    },
    {
      id: id('3hs8c5v7ba'),
      title: 'Try redis for the queue',
      tool: codex,
      project: 'example.com/org/queue',
      new: true,
      turnsAdded: 1,
      branchesAdded: 1,
      open: 1,
      labels: [],
    },
    {
      id: id('5vw1q8z3kx'),
      title: '日本語のタイトルはここで切られるべきであるから長く書いておくことにする',
      tool: claude,
      project: '/home/ada/notes',
      new: false,
      turnsAdded: 10,
      branchesAdded: 1,
      open: 0,
      labels: [],
    },
  ],
  skipped: [
    {
      file: '/home/ada/.claude/projects/app/one.jsonl',
      line: 12,
      column: 7,
      offset: 4200,
      length: 18,
      reason: 'not JSON: Unexpected end of input',
      kept: true,
    },
    {
      file: '/home/ada/.claude/projects/app/one.jsonl',
      line: 13,
      offset: 4300,
      length: 600_000_000,
      reason: 'longer than 64 MB',
      kept: false,
    },
    { file: '/home/ada/.claude/projects/app/two.jsonl', offset: 10, length: 3, reason: 'not UTF-8', kept: true },
    { file: '/home/ada/.claude/projects/app/two.jsonl', line: 9, offset: 99, length: 3, reason: 'no record', kept: true },
  ],
  failed: [{ path: '/home/ada/.codex/sessions/locked.jsonl', reason: 'permission denied' }],
  took: 412,
};

export const nothingNew: ImportResult = {
  ...imported,
  tools: foundTools.map((tool) => ({ ...tool, changed: 0 })),
  conversations: { new: 0, grown: 0, unchanged: 231 },
  turnsAdded: 0,
  branchesAdded: 0,
  openTurns: 0,
  waiting: [],
  held: 2,
  records: { total: 0, inTurns: 0, rawOnly: 0, skipped: 0 },
  bytes: 0,
  changed: [],
  skipped: [],
  failed: [],
};

export const whole: VerifyResult = {
  store: '/home/ada/store',
  engine: 'system',
  checks: [
    { name: 'git objects', looked: '24,207 objects', problems: [] },
    { name: 'turns', looked: '1,204 turns in 231 conversations', problems: [] },
    { name: 'source records', looked: '45,073 records of 231 transcripts', problems: [] },
  ],
  recovered: ['a lock of a process that is gone'],
  took: 1300,
};

export const broken: VerifyResult = {
  ...whole,
  recovered: [],
  checks: [
    ...whole.checks.slice(0, 1),
    {
      name: 'turns',
      looked: '1,203 turns in 231 conversations',
      problems: [{ id: id('7qk2m4xw9d'), tool: claude, message: 'turn 12 of main is missing' }, { message: 'refs/heads/x is no branch' }],
    },
  ],
};

export const reimported: ReimportResult = {
  dryRun: false,
  changed: [{ id: id('7qk2m4xw9d'), title: 'Fix the line splitter', tool: claude, turnsBefore: 12, turnsAfter: 13, turnsChanged: 2 }],
  unchanged: 230,
  took: 2500,
};

const place = { id: id('7qk2m4xw9d'), tool: claude, title: 'Fix the line splitter', branch: 'try-redis' };
export const forked: ForkResult = { ...place, from: 'main', turn: { id: 'd3fq7m2k4xw9' as TurnId, n: 4 } };

const oid = (text: string) => text.padEnd(40, '0') as Oid;

const importing: ToldOperation = {
  id: oid('51ab33d0'),
  command: 'import',
  sentence: 'Imported 23 turns in 3 conversations from Claude Code, Codex CLI',
  time: '2026-02-12T11:00:00.000Z',
  undone: true,
};
const older: ToldOperation = {
  ...importing,
  id: oid('0c77e1f2'),
  sentence: 'Imported 2 turns in 1 conversation from Codex CLI',
  time: '2026-02-10T11:00:00.000Z',
  undone: false,
};
const undoing: ToldOperation = {
  ...older,
  id: oid('9f3c2a1b'),
  command: 'undo',
  sentence: `Undid: ${importing.sentence}`,
  time: '2026-02-12T11:58:00.000Z',
  undoes: importing.id,
};

const changes: ConversationChange[] = [
  {
    id: id('7qk2m4xw9d'),
    title: 'Fix the line splitter',
    moves: [
      { ref: 'refs/heads/claude-code/7qk2m4xw9d/main', branch: 'main', from: oid('aaaa'), to: oid('bbbb') },
      { ref: 'refs/heads/claude-code/7qk2m4xw9d/try-redis', branch: 'try-redis', from: null, to: oid('cccc') },
      { ref: 'refs/heads/claude-code/7qk2m4xw9d/old', branch: 'old', from: oid('dddd'), to: null },
      { ref: 'refs/convo/raw/claude-code/7qk2m4xw9d', from: oid('eeee'), to: oid('ffff') },
    ],
    card: [
      { what: 'title', before: 'Line splitter', after: 'Fix the line splitter' },
      { what: 'label of try-redis', after: 'with redis' },
      { what: 'tag urgent', before: '' },
    ],
  },
];

export const setBack: SetBackResult = {
  command: 'undo',
  dryRun: false,
  operation: importing,
  changes,
  held: 2,
  next: { undo: older, redo: importing },
};

export const operationLog: OperationsResult = { operations: [undoing, importing, older], more: true, dropped: false };

/** Operations that give these results, whatever they are asked. */
export const writing: Writing = {
  importSources: async (_context, { dryRun }) => ({ ...imported, dryRun }),
  verify: async () => whole,
  reimport: async (_context, { dryRun }) => ({ ...reimported, dryRun }),
  settle: async (_context, target) => ({ target }),
  resume: async (_context, input) => resumed(input),
  fork: async (_context, { name, revision }) => ({ ...forked, branch: name, ...(revision.includes('.') ? { step: 3 } : {}) }),
  labelBranch: async (_context, { label }) => ({ ...place, branch: label, before: 'main-2' }),
  deleteBranches: async (_context, { force }) => ({ deleted: [{ ...place, branch: 'main-2', turnsLost: force ? 2 : 0 }] }),
  merge: async (_context, input) => merged(input),
  continueMerge: async (_context, input) => merged({ ...input, from: 'clash', into: '' }),
  abortMerge: async () => ({ did: 'aborted', from: { name: '7qk2m4xw9d/try-redis' }, into: { name: '7qk2m4xw9d/main' } }),
  pick: async () => made,
  revert: async () => ({ ...made, turns: made.turns.slice(1).map((one) => ({ ...one, n: 4, subject: 'Taken out' })) }),
  amend: async (_context, { text }) => ({ ...made, turns: text === 'same' ? [] : made.turns.slice(1).map((one) => ({ ...one, n: 4 })) }),
  editCard: async (_context, { labels = {} }) => editedCard(labels),
  tag: async (_context, input) => tagged(input),
  bring: async () => {},
  clone: async (_context, input) => cloned(input),
  remote: async (_context, input) => remoteResult(input),
  sync: async (_context, did, input) => synced(did, input),
  aheadOfPrimary: async () => primaryStanding,
  setBack: async (_context, { command, dryRun, operation }) => {
    const none = { removed: [], kept: [], written: [], unwritten: [] };
    const [session, agent] = ['/home/ada/.claude/projects/-w-app/1f.jsonl', '/home/ada/.claude/projects/-w-app/1f/subagents/agent-a.jsonl'];
    if (operation === '77ab') return { ...setBack, command, dryRun, held: 0, files: { ...none, removed: [agent], kept: [session] } };
    if (command === 'undo') return { ...setBack, command, dryRun };
    const unwritten = [session, agent].map((path) => ({ path, reason: 'is there already' }));
    return { ...setBack, command, dryRun, held: 0, files: dryRun ? { ...none, written: [session, agent] } : { ...none, unwritten } };
  },
  operations: async (_context, { show }) => (show ? { operations: [undoing], changes, more: false, dropped: false } : operationLog),
  findTools: async () => foundTools,
  unplaced: async () => [{ tool: 'codex' as ToolId, id: 'k3v9t0p2xa' as ConversationId, sources: 2 }],
  unsavedTurns: async (_context, _entry, open) => open.map(({ id, n, parent, subject }) => ({ ...turn(id, n, subject, 3478), parent })),
  nativeOf: async () => ({
    written: { native: 'n1', files: [{ path: 'n1.jsonl', bytes: Buffer.from('{"type":"session_meta"}\n') }] },
    fidelity: [{ component: 'thinking', kept: 'dropped', count: 2, why: 'it is signed for another message' }],
  }),
  unsavedAgents: async () => new Map(),
};
