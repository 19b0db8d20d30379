import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ConversationId, ToolId, TurnId } from '../../src/model/ids.ts';
import { families, type Known, type LineageSource } from '../../src/model/lineage.ts';

const tool = 'claude-code' as ToolId;
const nothing: Known = { byNative: () => undefined, byTurn: () => undefined, toolOf: () => undefined };

function source(name: string, turns: string, more: Partial<LineageSource> = {}): LineageSource {
  const ids = turns.split(' ').filter((id) => id !== '');
  return {
    tool,
    source: name,
    native: name,
    ...(ids[0] ? { root: `root-${ids[0]}` } : {}),
    parents: [],
    records: ids.length,
    turns: ids.map((id, index) => ({ turn: id as TurnId, parent: (ids[index - 1] ?? null) as TurnId | null, time: id.charCodeAt(0) })),
    ...more,
  };
}
const names = (sources: LineageSource[], known = nothing) =>
  families(sources, known).map((family) => family.sources.map((one) => one.source).join(' '));

test('sources without anything in common are conversations of their own', () => {
  assert.deepEqual(names([source('a', 'p q'), source('b', 'r s')]).sort(), ['a', 'b']);
});

test('a native fork that repeats its past joins its parent, which comes first', () => {
  const parent = source('z', 'p q r');
  const fork = source('a', 'p q x');
  assert.deepEqual(names([fork, parent]), ['z a']);
  assert.equal(families([fork, parent], nothing)[0]?.origin, 'root-p');
});

test('a fork made after a compaction begins inside its parent and comes behind it', () => {
  const parent = source('z', 'p q r s');
  const fork = source('a', 'r b');
  assert.deepEqual(names([fork, parent]), ['z a']);
  assert.equal(families([fork, parent], nothing)[0]?.origin, 'root-p');
});

test('a stated parent comes first, also when it is only named', () => {
  const parent = source('z', 'p q', {});
  const fork = source('a', 'b c', { parents: ['z'] });
  const forkOfFork = source('0', 'd', { parents: ['a'] });
  assert.deepEqual(names([forkOfFork, fork, parent]), ['z a 0']);
});

test('what the store knows decides: by native id, by a stated parent, by a turn', () => {
  const id = 'abc' as ConversationId;
  const by = (known: Partial<Known>) => families([source('s', 'p q', { parents: ['up'] })], { ...nothing, ...known })[0]?.known;
  assert.equal(by({ byNative: (_, native) => (native === 's' ? id : undefined) }), id);
  assert.equal(by({ byNative: (_, native) => (native === 'up' ? id : undefined) }), id);
  assert.equal(by({ byTurn: (_, turn) => (turn === 'q' ? id : undefined) }), id);
  assert.equal(by({}), undefined);
});

test('two stored conversations that a source joins keep their own sources', () => {
  const known: Known = {
    ...nothing,
    byNative: (_, native) => (native === 'a' ? 'one' : native === 'b' ? 'two' : undefined) as ConversationId,
  };
  const found = families([source('a', 'p q'), source('b', 'r s'), source('c', 'p r')], known);
  assert.deepEqual(found.map(({ known: id, sources }) => [id, sources.map((one) => one.source)]).sort(), [
    ['one', ['a', 'c']],
    ['two', ['b']],
  ]);
});

test('a parent that turns up behind its detached child is a conversation of its own, what comes from the child goes with it', () => {
  const known: Known = { ...nothing, byNative: (_, native) => (native === 'fork' ? 'one' : undefined) as ConversationId };
  const fork = source('fork', 'b c', { parents: ['up'] });
  const found = families([source('up', 'p q'), fork, source('more', 'd', { parents: ['fork'] }), source('copy', 'd e')], known);
  assert.deepEqual(found.map(({ known: id, sources }) => `${id}: ${sources.map((one) => one.source).join(' ')}`).sort(), [
    'one: fork copy more',
    'undefined: up',
  ]);
});

test('the order in which sources are found changes nothing', () => {
  const all = [
    source('z', 'p q r s'),
    source('a', 'p q x'),
    source('b', 'r y', {}),
    source('k', 'w v'),
    source('0', 'u', { parents: ['b'] }),
  ];
  const expected = families(all, nothing);
  fc.assert(
    fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
      assert.deepEqual(families(shuffled, nothing), expected);
    }),
  );
});
