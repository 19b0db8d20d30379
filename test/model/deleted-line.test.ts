import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deletedTurns } from '../../src/model/deleted-line.ts';
import type { TurnId } from '../../src/model/ids.ts';
import type { Offered } from '../../src/model/placement.ts';

const turn = (id: string, parent: string | null, records = 1): Offered => ({
  turn: `${id}00000000000`.slice(0, 12) as TurnId,
  parent: parent === null ? null : (`${parent}00000000000`.slice(0, 12) as TurnId),
  kept: Array.from({ length: records }, (_, at) => `r${at}`),
  others: 0,
});
const stored =
  (...ids: string[]) =>
  (one: TurnId) =>
    ids.some((id) => one.startsWith(id));
const told = (turns: Offered[], own: string[], ...ids: string[]) =>
  [...deletedTurns(turns, [{ ref: 'gone', at: 'a'.repeat(40), turns: own }], stored(...ids))].map((id) => id.charAt(0));

const line = [turn('a', null), turn('b', 'a'), turn('c', 'b', 3)];

test('a line that was deleted stays deleted, also where the source tells less of its end', () => {
  assert.deepEqual(told(line, ['b00000 1', 'c00000 3'], 'a'), ['b', 'c']);
  assert.deepEqual(told(line.slice(0, 2), ['b00000 1', 'c00000 3'], 'a'), ['b']);
  assert.deepEqual(told(line, ['b00000 1', 'c00000 9'], 'a'), ['b', 'c']);
});

test('a line that goes on, or whose last turn has grown, lives again as a whole', () => {
  assert.deepEqual(told([...line, turn('d', 'c')], ['b00000 1', 'c00000 3'], 'a'), []);
  assert.deepEqual(told(line, ['b00000 1', 'c00000 2'], 'a'), []);
});

test('a second line out of the deleted one lives, what hangs beside it stays deleted', () => {
  assert.deepEqual(told([...line, turn('e', 'b')], ['b00000 1', 'c00000 3'], 'a'), ['c']);
});

test('turns that another branch holds are not deleted, and nothing is where nothing was deleted', () => {
  assert.deepEqual(told(line, ['b00000 1', 'c00000 3'], 'a', 'b', 'c'), []);
  assert.deepEqual(told(line, [], 'a'), []);
});
