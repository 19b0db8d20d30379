import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { TurnId } from '../../src/model/ids.ts';
import type { Part } from '../../src/model/turn.ts';
import type { ConversationChange, ToldOperation } from '../../src/ops/operation-result.ts';
import { blank } from '../../src/ops/remote/settings.ts';
import type { RemoteInput, RemoteResult } from '../../src/ops/remote-result.ts';
import type { ResumeInput, ResumeResult } from '../../src/ops/resume-result.ts';
import type { SyncResult } from '../../src/ops/sync-result.ts';
import { call, fakeBackend, said, type Told, turn } from '../support/fake-store.ts';
import { made, mergedOf } from '../support/made-results.ts';
import { broken, forked, imported, reimported, setBack, writing } from '../support/results.ts';
import { resumed } from '../support/resume-results.ts';
import { runConvo } from '../support/run.ts';
import { synced } from '../support/sync-results.ts';

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\u001b[31m',
        '\u001b]0;x\u0007',
        '\u009b',
        '\u202e',
        '\u200b',
        '\u{e0041}',
        '\ud800',
        '\r',
        '\b',
        '\0',
        '\u007f',
        '\n',
        '\t',
        '```',
        '日本',
        'word ',
      ),
      fc.string({ maxLength: 8 }),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((pieces) => pieces.join(''));

/** Escape sequences that convo writes itself: colours of chalk, and nothing else. */
const own = /\u001b\[(?:1|2|4|22|24|3[1-9]|39)m/g;
const forbidden = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}\ud800-\udfff]/u;

const commands = [
  [],
  ['list', '--all'],
  ['list', '--all', '--group-by', 'intent', '--agents', '--sort', 'priority'],
  ['log', '@'],
  ['log', '@', '--turns', '-p'],
  ['log', '@', '--graph'],
  ['log', '@', '--oneline'],
  ['show', '@', '--full'],
  ['show', '@'],
  ['show', '@', '--prompts'],
  ['show', '@', '--raw'],
  ['remote', 'list'],
  ['clone', 'x'],
  ['remote', 'test'],
  ['sync'],
  ['diff', '@/main', '@/other'],
  ['diff', '@/main', '@/other', '--unified', '--full'],
  ['diff', '@/main', '@/other', '--side-by-side'],
  ['diff', '@/main', '@/other', '--stat'],
  ['diff', '@/main', '@/other', '--tools', '--files'],
  ['merge', 'x'],
  ['merge', '--continue', '--both'],
  ['merge', '--abort'],
  ['cherry-pick', '@1'],
  ['status'],
  ['import', '--report'],
  ['verify'],
  ['reimport'],
  ['log', 'main...@1'],
  ['log', '--merge-base', 'main', '@1'],
  ['blame', '-E', '.', '--all'],
  ['blame', '', '@'],
  ['context', '@'],
  ['export', '@'],
  ['export', '@', '--to', 'openai'],
  ['export', '@', '--to', 'json'],
  ['export', '@', '--to', 'html'],
  ['export', '@', '--to', 'codex'],
  ['context', '@/main', '-b', '400', '-s', `'${process.execPath}' -e 'process.stdin.pipe(process.stdout)'`],
  ['resume', '@'],
  ['resume', '@1', '--in', 'codex'],
  ['resume', '@', '--in', 'other'],
  ['branch'],
  ['branch', '--all'],
  ['branch', 'try', '@'],
  ['branch', '-m', 'try', 'x'],
  ['branch', '-d', 'try'],
  ['tag'],
  ['tag', '@', 'x'],
  ['edit', '--status', 'x'],
  ['undo'],
  ['op', 'log'],
  ['op', 'show'],
  ['show', 'nowhere'],
];

function world(text: string): { told: Told; answers: typeof writing } {
  const kinds = ['text', 'thinking', 'prompt', 'remark', 'command', 'output', 'expansion', 'context', 'error'];
  const parts: Part[] = [
    ...kinds.map((kind) => ({ ...said(text, kind), label: text }) as Part),
    { ...call(text, { file_path: text, old_string: text, new_string: `${text}x` }, text), agents: ['a1'] },
    call(text, { [text]: text }, text, 'failed'),
    call(text, text, text, 'rejected'),
    { kind: 'unknown', type: text, value: { [text]: text } },
    { kind: 'attachment', media: 'image/png', name: text, data: Buffer.from(text) },
    { kind: 'tool-result', call: text, result: { status: 'ok', content: [{ kind: 'text', text }] } },
  ];
  const turns = [turn('t1t1t1t1t1t1', 1, [[said(text)]], 0), turn('t2t2t2t2t2t2', 2, [parts, [text]], 1, { model: text, stop: text })];
  const again = [call(text, { command: `${text} test` }, `${text}?`, 'failed'), ...parts.slice(3), said(`${text} word ${text}?`)];
  const others = [turn('t4t4t4t4t4t4', 2, [again], 1, { model: text })];
  const told: Told = {
    id: '7qk2m4xw9d',
    title: text,
    tool: text,
    project: text,
    branches: { main: turns, other: [...turns.slice(0, 1), ...others], [text]: turns.slice(0, 1) },
    labels: { main: text },
    card: { tags: [text, 'x'], status: text, priority: text, intent: text },
    agents: { a1: turns },
    open: [
      {
        id: 't3t3t3t3t3t3' as TurnId,
        parent: 't2t2t2t2t2t2' as TurnId,
        source: text,
        branch: 'main',
        n: 3,
        role: 'user',
        subject: text,
        time: text,
      },
    ],
    raw: { one: text },
  };
  const skipped = imported.skipped.map((one) => ({ ...one, file: text, reason: text }));
  const answers: typeof writing = {
    aheadOfPrimary: async () => ({ name: text, url: text, ahead: 1, behind: 1, met: true }),
    findTools: async () => [{ tool: text as never, title: text, folder: text, sources: 1, changed: 1 }],
    importSources: async () => ({
      ...imported,
      tools: imported.tools.map((one) => ({ ...one, title: text, folder: text })),
      changed: imported.changed.map((one) => ({ ...one, title: text, project: text, tool: text as never })),
      skipped,
      waiting: [text],
      unplaced: [{ path: text, tool: text as never, conversation: text as never }],
      failed: [{ path: text, reason: text }],
    }),
    verify: async () => ({
      ...broken,
      checks: [{ name: text, looked: text, problems: [{ message: text }] }],
      recovered: [text],
      engine: text,
      store: text,
    }),
    reimport: async () => ({ ...reimported, changed: reimported.changed.map((one) => ({ ...one, title: text })) }),
    unplaced: async () => [{ tool: text as never, id: text as never, sources: 1 }],
    unsavedTurns: async (_context, _entry, open) =>
      open.map(({ id, n }) => turn(id, n, [[{ ...call(text, text), agents: ['a9'] }, ...parts]], 2, { model: text })),
    nativeOf: async () => ({
      written: { native: text, files: [{ path: 'x', bytes: Buffer.from(text) }] },
      fidelity: [{ component: 'thinking', kept: 'dropped', count: 1, why: text }],
    }),
    unsavedAgents: async () => new Map([['a9', turns]]),
    settle: async (_context, target, inProgress) => ({ target, inProgress }),
    resume: async (_context, input) => hostileResume(text, input),
    fork: async () => ({ ...forked, title: text, branch: text, from: text }),
    labelBranch: async () => ({ ...forked, title: text, branch: text, before: text }),
    deleteBranches: async () => ({ deleted: [{ ...forked, title: text, branch: text, turnsLost: 1 }] }),
    merge: async (_context, input) => mergedOf(text, input),
    continueMerge: async (_context, input) => mergedOf(text, input),
    abortMerge: async () => ({ did: 'aborted', from: { name: text }, into: { name: text } }),
    pick: async () => hostileMade(text),
    revert: async () => hostileMade(text),
    amend: async () => hostileMade(text),
    editCard: async () => ({ ...forked, title: text, changes: [{ field: 'notes', before: text, after: text }] }),
    tag: async (_context, { words }) =>
      words.length === 0
        ? { did: 'counted', tags: [{ tag: text, conversations: 1 }] }
        : { did: 'tagged', ...forked, title: text, changed: [text], tags: [text, `${text}x`] },
    bring: async () => {},
    clone: async () => ({
      store: text,
      name: text,
      url: text,
      conversations: 1,
      branches: 1,
      absent: 1,
      refused: [{ ref: text, reason: text }],
    }),
    remote: async (_context, input) => hostileRemote(text, input),
    sync: async () => hostileSync(text),
    setBack: async () => ({
      ...setBack,
      operation: hostileOperation(text),
      changes: hostileChanges(text),
      next: { undo: hostileOperation(text) },
    }),
    operations: async (_context, { show }) => ({
      operations: [hostileOperation(text)],
      more: false,
      dropped: false,
      ...(show ? { changes: hostileChanges(text) } : {}),
    }),
  };
  return { told, answers };
}

function hostileResume(text: string, input: ResumeInput): ResumeResult {
  const told = resumed(input);
  const { written } = told;
  return {
    ...told,
    title: text,
    conversation: { ...told.conversation, title: text, project: text },
    fidelity: [{ component: 'text', kept: 'dropped', count: 1, why: text }],
    ...(written ? { written: { ...written, files: [{ path: text, size: 1 }], cwd: text, why: text, command: [text], branch: text } } : {}),
    ...(told.document ? { document: text } : {}),
  };
}

const hostileMade = (text: string) => ({ ...made, title: text, branch: text, turns: made.turns.map((one) => ({ ...one, subject: text })) });

function hostileRemote(text: string, input: RemoteInput): RemoteResult {
  const remote = { ...blank(text), url: text, only: [{ by: 'tag' as const, value: text }] };
  const test = { reachable: true, found: text, holds: 'something else' as const, writable: { yes: false, reason: text }, codeOf: text };
  return input.action === 'test' ? { did: 'tested', remote, test } : { did: 'changed', remote, remotes: [remote] };
}

function hostileSync(text: string): SyncResult {
  const refused = [{ ref: text, reason: text, conversation: text }];
  const [remote] = synced('sync', { full: false }).remotes;
  const came = (remote?.came ?? []).map((one) => ({
    ...one,
    title: text,
    added: [text],
    parted: [{ named: text, beside: text, here: true }],
  }));
  const sent = remote?.sent && { ...remote.sent, refused };
  return { did: 'sync', remotes: remote ? [{ ...remote, name: text, url: text, came, ...(sent ? { sent } : {}) }] : [] };
}

const hostileOperation = (text: string): ToldOperation => ({ ...setBack.operation, sentence: text, command: text });

const hostileChanges = (text: string): ConversationChange[] =>
  setBack.changes.map((change) => ({
    ...change,
    title: text,
    moves: change.moves.map((move) => ({ ...move, branch: text })),
    card: [{ what: text, before: text, after: text }],
  }));

test('nothing from a transcript drives the terminal, in any command, as text or as JSON', async () => {
  await fc.assert(
    fc.asyncProperty(hostile, fc.constantFrom(...commands), async (text, argv) => {
      const { told, answers } = world(text);
      const backend = fakeBackend([told], answers);
      for (const json of argv.includes('--raw') ? [[]] : [[], ['--json']]) {
        const ran = await runConvo([...argv, ...json], { backend, terminal: true, columns: 100, rows: 100_000, env: { PAGER: 'cat' } });
        assert.notEqual(ran.exit, 70, ran.err);
        const found = forbidden.exec((ran.out + ran.err).replace(own, ''));
        assert.equal(
          found,
          null,
          `${argv.join(' ')}: ${JSON.stringify(found?.input.slice(Math.max(0, (found?.index ?? 0) - 40), (found?.index ?? 0) + 20))}`,
        );
      }
    }),
    { numRuns: process.env.CONVO_CAMPAIGN === 'full' ? 5000 : 250 },
  );
});

test('raw bytes reach a pipe as they are, and a terminal as safe text', async () => {
  const bytes = '{"text":"\u001b[31m\u202e"}\r\n';
  const { told } = world('plain');
  const backend = fakeBackend([{ ...told, raw: { one: bytes } }], writing);
  assert.equal((await runConvo(['show', '@', '--raw', '-q'], { backend })).out, bytes);
  const shown = await runConvo(['show', '@', '--raw'], { backend, terminal: true, env: { PAGER: 'cat' } });
  assert.equal(shown.out, '{"text":"\\u{1b}[31m\\u{202e}"}\\u{d}\n');
});
