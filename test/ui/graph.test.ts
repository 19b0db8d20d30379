import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { GraphNode } from '../../src/ops/graph.ts';
import { render } from '../../src/ui/line.ts';
import { graphLines } from '../../src/ui/text/graph.ts';

const settings = { columns: 40, now: 0, terminal: false, color: false, home: '' };

/** `d:b,c` = turn d, which came from b and c; children first. */
function draw(...nodes: string[]): string[] {
  const graph = nodes.map((text, at): GraphNode => {
    const [id = '', from = ''] = text.split(':');
    const turn = {
      id,
      n: nodes.length - at,
      role: 'user',
      subject: id,
      steps: 1,
      calls: 0,
      tools: [],
      files: [],
      agents: [],
    } as unknown as GraphNode['turn'];
    return { turn, parents: from.split(',').filter(Boolean), tips: [], agents: [] };
  });
  return [...graphLines(graph, settings)].map((one) => render(one, undefined).replace(/ \d+ /, ' '));
}

test('one line of thought is one column', () => {
  assert.deepEqual(draw('c:b', 'b:a', 'a'), ['● c', '● b', '● a']);
});

test('a branch stands beside, and runs into the turn where it left', () => {
  assert.deepEqual(draw('d:b', 'c:b', 'b:a', 'a'), ['● d', '│ ● c', '├─╯', '● b', '● a']);
});

test('three branches, two of them from one turn', () => {
  assert.deepEqual(draw('f:c', 'e:b', 'd:b', 'c:b', 'b:a', 'a'), ['● f', '│ ● e', '│ │ ● d', '● │ │ c', '├─┴─╯', '● b', '● a']);
});

test('a branch of a branch frees its column', () => {
  assert.deepEqual(draw('e:d', 'd:b', 'c:b', 'b:a', 'x:a', 'a'), ['● e', '● d', '│ ● c', '├─╯', '● b', '│ ● x', '├─╯', '● a']);
});

test('a merge splits, and the columns join again', () => {
  assert.deepEqual(draw('d:b,c', 'c:a', 'b:a', 'a'), ['● d', '├─╮', '│ ● c', '● │ b', '├─╯', '● a']);
});

test('lines that merge each other run into columns that are there', () => {
  assert.deepEqual(draw('e:c,d', 'd:b,c', 'c:a', 'b:a', 'a'), ['● e', '├─╮', '│ ● d', '├─┤', '● │ c', '│ ● b', '├─╯', '● a']);
  assert.deepEqual(draw('f:c', 'e:d,c', 'x:b', 'd:a', 'c:a', 'b:a', 'a').slice(0, 6), [
    ...['● f', '│ ● e', '├─┤', '│ │ ● x', '│ ● │ d', '● │ │ c'],
  ]);
  assert.deepEqual(draw('f:b', 'x:a', 'e:c,b', 'c:a', 'b:a', 'a').slice(2, 5), ['│ │ ● e', '├─│─┤', '│ │ ● c']);
});

test('two roots stand side by side', () => {
  assert.deepEqual(draw('d:b', 'c:a', 'b', 'a'), ['● d', '│ ● c', '● │ b', '  ● a']);
});

/** Any history, children first: turn k comes from one or two later ones, or from none. */
const history = fc.array(fc.tuple(fc.nat(3), fc.nat(3), fc.boolean()), { minLength: 1, maxLength: 24 }).map((rows) =>
  rows.map(([first, second, merges], at) => {
    const from = [...new Set([at + 1 + first, ...(merges ? [at + 1 + second] : [])])].filter((one) => one < rows.length);
    return `t${at}:${from.map((one) => `t${one}`).join(',')}`;
  }),
);

test('every turn is drawn once, and no column is left open at the end', () => {
  fc.assert(
    fc.property(history, (nodes) => {
      const drawn = draw(...nodes);
      const turns = drawn.filter((row) => row.includes('●'));
      assert.equal(turns.length, nodes.length);
      for (const row of drawn) assert.ok((row.match(/●/g) ?? []).length <= 1, row);
      const gaps = drawn
        .join('\n')
        .split(/.*●.*\n?/)
        .slice(1);
      for (const [at, gap] of gaps.entries()) {
        const merged = Math.max(0, (nodes[at]?.split(/[:,]/).filter(Boolean).length ?? 0) - 2);
        const rows = gap.split('\n').filter((row) => /[├┤╭╮╯]/.test(row)).length;
        assert.ok(rows === merged || rows === merged + 1, `${nodes[at]} in\n${drawn.join('\n')}`);
      }
      assert.ok(!/[│├╮╭]/.test(drawn.at(-1)?.replace(/t\d+$/, '') ?? ''), drawn.join('\n'));
    }),
  );
});
