import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConversationId } from '../../src/model/ids.ts';
import type { BlameResult } from '../../src/ops/blame.ts';
import type { GraphNode } from '../../src/ops/graph.ts';
import type { Oid } from '../../src/store/git.ts';
import type { Line } from '../../src/ui/line.ts';
import { render } from '../../src/ui/line.ts';
import { blameView } from '../../src/ui/text/blame.ts';
import { graphLines } from '../../src/ui/text/graph.ts';
import { conflictLines } from '../../src/ui/text/merge.ts';
import { operationsView } from '../../src/ui/text/operations.ts';

const settings = { columns: 40, now: 0, terminal: false, color: false, home: '' };
const shown = (lines: Iterable<Line>) => [...lines].map((one) => render(one, undefined));
const path = '/home/ada/tidetable/src/stations/harbour.ts';

test('of a path the end is told', () => {
  const turns = [{ turn: 'aaaa', n: 3 }];
  const conflict = { kind: 'file', topic: path, ours: { told: '+1 -0', turns }, theirs: { told: '+2 -0', turns } } as never;
  assert.deepEqual(shown(conflictLines([conflict], settings)).slice(1), [
    'file …/tidetable/src/stations/harbour.ts',
    '  ours    +1 -0 · @3',
    '  theirs  +2 -0 · @3',
  ]);
  const found = [{ name: '7qk2@3', turn: {}, part: 'tool-call', line: path, at: 0, length: 0, turns: 1 }];
  const [row] = shown(blameView({ kind: 'file', text: 'harbour.ts', all: false, found, more: 0 } as unknown as BlameResult, settings));
  assert.equal(row, '7qk2@3  1 turn  …src/stations/harbour.ts');
});

test('a long label leaves the time apart from what was said', () => {
  const turn = { id: 'a', n: 8, role: 'user', subject: 'Say it another way, please', time: '1970-01-01T00:00:00Z' };
  const node = { turn, parents: [], tips: ['my label of several words'], agents: [] } as unknown as GraphNode;
  assert.match(shown(graphLines([node], settings))[0] ?? '', /Say it anot… {2}1 Jan/);
});

test('a deletion is told without its record', () => {
  const operation = { id: 'ab'.repeat(20) as Oid, command: 'branch', sentence: 'Deleted', time: '1970-01-01T00:00:00Z', undone: false };
  const card = [{ what: 'deletion of try', after: '{"ref":"try"}' }];
  const changes = [{ id: '7qk2m4xw9d' as ConversationId, title: 'Tides', moves: [], card }];
  assert.equal(
    shown(operationsView({ operations: [operation], changes, more: false, dropped: false }, settings)).at(-1),
    '  deletion of try added',
  );
});
