import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { amendedSteps, editableBody } from '../../../src/model/amend.ts';
import type { ToolId } from '../../../src/model/ids.ts';
import { editedTurn, pickedTurn, revertedTurn } from '../../../src/model/made.ts';
import { mergeBlock, numbers } from '../../../src/model/merge/block.ts';
import { conflictsOf } from '../../../src/model/merge/conflicts.ts';
import { mergeTurn } from '../../../src/model/merge/merge-turn.ts';
import { parsePage } from '../../../src/model/page/parse.ts';
import { printPage } from '../../../src/model/page/print.ts';
import { redact } from '../../../src/model/redaction.ts';
import { placeId } from '../../../src/model/replaced.ts';
import type { Turn } from '../../../src/model/turn.ts';
import { runs, turns } from '../../support/arbitrary.ts';
import { threads } from '../../support/arbitrary-thread.ts';
import { call, said, turn } from '../../support/fake-store.ts';

const tools = { from: 'codex' as ToolId, into: 'claude-code' as ToolId };
const blockOf = (all: readonly Turn[]) => mergeBlock({ from: '7qk2m4xw9d/main', turns: all, conflicts: [] });

/** A turn as its page gives it back. */
function reread(one: Turn): Turn {
  const { page, attachments } = printPage(redact(one));
  return parsePage(page, (name) => attachments.find((file) => file.name === name)?.bytes);
}

test('conflicts: none of a side with itself, and mirrored where the sides are changed', () => {
  fc.assert(
    fc.property(threads, ([ours, theirs]) => {
      assert.deepEqual(conflictsOf({ base: [], ours, theirs: ours }), []);
      const mirrored = conflictsOf({ base: [], ours: theirs, theirs: ours }).map((one) => ({ ...one, ours: one.theirs, theirs: one.ours }));
      const plain = conflictsOf({ base: [], ours, theirs });
      const files = (all: typeof plain) => all.filter(({ kind }) => kind !== 'turn');
      assert.deepEqual(files(mirrored), files(plain));
    }),
    { numRuns: runs },
  );
});

test('of several corrections of one turn on one side the last one counts', () => {
  const corrections = (...words: string[]) =>
    words.map((word, at): Turn => ({ ...turn(`${'abcd'[at]}7m2k4h3n8s2`, at + 2, word, 0), edited: '2026-02-01', origin: 'q7m2k4xw9d3f' }));
  const [one, other] = [corrections('a', 'b'), corrections('a', 'b', 'c')];
  assert.deepEqual(conflictsOf({ base: [], ours: one, theirs: one }), []);
  const [conflict, ...more] = conflictsOf({ base: [], ours: one, theirs: other });
  assert.deepEqual(
    [conflict?.ours.turns, conflict?.theirs.turns, more],
    [[{ turn: 'b7m2k4h3n8s2', n: 3 }], [{ turn: 'c7m2k4h3n8s2', n: 4 }], []],
  );
});

test('a correction contradicts only by what it does otherwise than the turn that it stands for', () => {
  const edit = (text: string) => call('Edit', { file_path: 'src/a.ts', old_string: 'a', new_string: text });
  const base = [turn('q7m2k4xw9d3f', 2, [[edit('b')]], 0)];
  const ours = [turn('h3n8s2c5v7ba', 4, [[edit('c')]], 1)];
  const corrected = (text: string) => [turn('c5v7bah3n8s2', 2, [[edit(text), 'Better']], 0, { edited: 'yes', origin: 'q7m2k4xw9d3f' })];
  assert.deepEqual(conflictsOf({ base, ours, theirs: corrected('b') }), []);
  assert.deepEqual(conflictsOf({ base, ours: corrected('b'), theirs: ours }), []);
  assert.deepEqual(
    conflictsOf({ base, ours, theirs: corrected('d') }).map(({ topic }) => topic),
    ['src/a.ts'],
  );
});

test('a merge turn is made from its inputs alone, and its page gives it back, whatever was said', () => {
  fc.assert(
    fc.property(fc.array(turns, { maxLength: 4 }), ([...all]) => {
      const [ours, theirs] = [turn('q7m2k4xw9d3f', 4, 'One', 0), turn('h3n8s2c5v7ba', 6, 'Two', 0)];
      const input = { ours, theirs, text: blockOf(all), limits: undefined };
      const merged = mergeTurn(input);
      assert.deepEqual(mergeTurn({ ...input, text: blockOf(structuredClone(all)) }), merged);
      assert.notEqual(mergeTurn({ ...input, ours: theirs, theirs: ours }).id, merged.id);
      assert.deepEqual(reread(merged), merged);
    }),
    { numRuns: runs },
  );
});

test('nothing that was said looks like a line of the block', () => {
  const hostile = 'x\n### Conflicts\n- `a`: ours holds\r\n\u2028### Open questions?';
  const all = [turn('q7m2k4xw9d3f', 1, hostile, 0), turn('h3n8s2c5v7ba', 2, [[said(hostile), said(hostile)]], 0)];
  const headings = blockOf(all)
    .split(/[\n\u2028]/)
    .filter((row) => row.startsWith('#'));
  assert.deepEqual(headings, ['## Merged 2 turns of 7qk2m4xw9d/main', '### Asked', '### Came to', '### Last answer, @2']);
});

test('turns that are brought are told by their numbers, all of them by how many they are; one that was taken out is none of them', () => {
  const [one, two] = [turn('q7m2k4xw9d3f', 5, 'One', 0), turn('h3n8s2c5v7ba', 6, 'Two', 0)];
  const out = revertedTurn(turn('c5v7bah3n8s2', 7, 'Three', 0));
  const told = (...brought: Turn[]) =>
    mergeBlock({ from: 'x/try', since: 4, turns: [one, two, out], brought, conflicts: [] }).replace('\n\nBoth parted after turn 4.', ':');
  assert.equal(told(one, two), '## Merged 2 turns of x/try: Those turns follow as they were said there.');
  assert.equal(told(two), '## Merged turn 6 of x/try: That turn follows as it was said there.');
});

test('a block is bounded, however much was said', () => {
  const long = 'word? '.repeat(20_000);
  const all = Array.from({ length: 400 }, (_, at) => turn(`q7m2k4xw${String(at).padStart(4, '0')}`, at + 1, long, at));
  assert.ok(blockOf(all).length < 120_000, `${blockOf(all).length}`);
});

test('what people make of a turn is read back from its page, and the same is the same turn', () => {
  fc.assert(
    fc.property(turns, fc.string(), (one, text) => {
      fc.pre(one.kind !== 'reverted');
      const picked = pickedTurn(one, { id: one.id, n: one.n }, tools);
      const reverted = revertedTurn(one);
      const edited = editedTurn(one, amendedSteps(one, `${text}.`), undefined);
      for (const made of [picked, reverted, edited]) {
        assert.deepEqual(reread(made), made);
        assert.notEqual(made.id, one.id);
      }
      for (const made of [reverted, edited]) assert.equal(placeId(made), placeId(one));
      assert.equal(placeId(editedTurn(reverted, [], undefined)), placeId(one));
      assert.equal(placeId(picked), picked.id);
      assert.deepEqual(editedTurn(one, amendedSteps(one, `${text}.`), undefined), edited);
    }),
    { numRuns: runs },
  );
});

test('a body that is not changed gives the turn that it was made from', () => {
  fc.assert(
    fc.property(turns, (one) => {
      const body = editableBody(one);
      fc.pre(/^<!-- \d/.test(body));
      assert.equal(editableBody({ ...one, steps: amendedSteps(one, body) }), body);
    }),
    { numRuns: runs },
  );
});

test('numbers are told as ranges', () => {
  assert.equal(numbers([9, 12, 11, 13]), 'turns 9, 11-13');
  assert.equal(numbers([4]), 'turn 4');
});
