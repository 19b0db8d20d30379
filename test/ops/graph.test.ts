import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openContext } from '../../src/ops/context.ts';
import { graphOf } from '../../src/ops/graph.ts';
import type { Entry } from '../../src/store/entry.ts';
import type { Oid } from '../../src/store/git.ts';
import { fakeReader, turn } from '../support/fake-store.ts';
import { splitter } from '../support/library.ts';
import { fakeHost } from '../support/run.ts';

const contextOf = (reader: ReturnType<typeof fakeReader>) =>
  openContext(
    fakeHost(),
    async () => ({ reader: async () => reader, writing: () => Promise.reject(new Error('unused')), close: async () => {} }),
    {},
  );

test('every turn once, children before parents, newest first, branches at their tips', async () => {
  const reader = fakeReader([splitter]);
  const [entry] = await reader.entries();
  const graph = await graphOf(contextOf(reader), entry as Entry);
  assert.deepEqual(
    graph.map(({ turn: { id }, parents, tips }) => [id.slice(0, 2), parents.map((one) => one.slice(0, 2)), tips]),
    [
      ['p5', ['d3'], []],
      ['z9', ['x1'], ['main-2']],
      ['x1', ['q7'], []],
      ['d3', ['c5'], ['main']],
      ['c5', ['q7'], []],
      ['q7', ['h3'], []],
      ['h3', [], []],
    ],
  );
  assert.equal(graph[0]?.turn.open, true);
  assert.deepEqual(graph[3]?.agents, [{ id: 'a1b2c3', turns: 2 }]);
});

test('a merge has the parents of its commit, past commits that carry no turn', async () => {
  const base = turn('aaaaaaaaaaaa', 1, 'a', 0);
  const [ours, theirs] = [turn('bbbbbbbbbbbb', 2, 'b', 1), turn('cccccccccccc', 2, 'c', 2)];
  const merged = turn('dddddddddddd', 3, 'd', 3, { kind: 'merge' });
  const reader = fakeReader([{ id: '7qk2m4xw9d', title: 'x', branches: { main: [base, ours, merged], side: [base, theirs] } }]);
  const commit = (oid: string, parents: string[], id?: string) => ({
    oid: oid as Oid,
    parents: parents as Oid[],
    ...(id && { turn: id as never }),
  });
  const commits = [
    commit('5', ['2', '4'], merged.id),
    commit('4', ['3']),
    commit('3', ['1'], theirs.id),
    commit('2', ['1'], ours.id),
    commit('1', [], base.id),
  ];
  const [entry] = await reader.entries();
  const context = contextOf({
    ...reader,
    async *commits(tip) {
      yield* tip === entry?.branches[0]?.tip ? commits : commits.slice(2);
    },
  });
  const graph = await graphOf(context, entry as Entry);
  assert.deepEqual(graph[0]?.parents, [ours.id, theirs.id]);
  assert.equal(graph.length, 4);
});
