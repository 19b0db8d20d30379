import assert from 'node:assert/strict';
import { test } from 'node:test';
import { git } from '../sandbox.ts';
import { bareRemote, branchOf, device, deviceWithConversation, transportTo, turn, write } from './devices.ts';

test('an atomic push: where one ref has moved on the remote, none moves', async (t) => {
  const folder = bareRemote(t);
  const { store, tips } = await deviceWithConversation(t);
  const mine = await transportTo(t, store, folder);
  const ref = branchOf('abc');
  await mine.push([{ ref, oid: tips[ref] ?? null, expected: null }]);
  const other = await device(t);
  const theirs = await transportTo(t, other, folder);
  await theirs.fetch([{ ref, oid: tips[ref] as never }]);
  await other.engine.moveRefs([{ ref, from: null, to: tips[ref] ?? null }]);
  const ahead = await write(other, { [ref]: [turn(3)] });
  await theirs.push([{ ref, oid: ahead[ref] ?? null, expected: tips[ref] ?? null }]);
  const next = await write(store, { [ref]: [turn(3, 'Another')], [branchOf('abc', 'try')]: [turn(1)] });
  const updates = [
    { ref, oid: next[ref] ?? null, expected: tips[ref] ?? null },
    { ref: branchOf('abc', 'try'), oid: next[branchOf('abc', 'try')] ?? null, expected: null },
  ];
  const answers = await mine.push(updates, undefined, { atomic: true });
  assert.deepEqual(
    [...answers.values()].map((answer) => answer !== 'ok' && answer.moved),
    [true, true],
  );
  assert.equal(git(folder, ['for-each-ref', '--format=%(refname) %(objectname)']), `${ref} ${ahead[ref]}\n`);
});
