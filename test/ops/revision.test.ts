import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ConvoError } from '../../src/errors.ts';
import type { ConversationId } from '../../src/model/ids.ts';
import { chosen } from '../../src/ops/current.ts';
import { findPlace, findSurely, findTurn, readRevision } from '../../src/ops/revision.ts';
import { byAge, type Entry, type StoredTurn } from '../../src/store/entry.ts';
import { printEntryLine } from '../../src/store/entry-line.ts';
import { someEntries } from '../../src/store/some-entries.ts';
import { fakeReader, type Told, turn } from '../support/fake-store.ts';
import { library } from '../support/library.ts';

const twins: Told[] = [
  { id: '7qz1aaaaaa', title: 'Upgrade to node 22', branches: { main: [turn('t1', 1, 'x', 0)] } },
  { id: 'aaaa1aaaaa', title: 'Mail a@b.example/c about it', natives: ['0199aaaa-9'], branches: { main: [turn('t2', 1, 'x', 0)] } },
];
const entries = await fakeReader([...library, ...twins]).entries();
const [first, second] = entries;
const currents = { ...(first && { current: { entry: first } }), ...(second && { before: { entry: second } }) };
const find = (text: string) => {
  const { entry, branchEntry, revision } = findPlace(entries, text, currents);
  return [entry.id, branchEntry.name, revision.turn, revision.step].filter((one) => one !== undefined).join(' ');
};

function failure(body: () => unknown): ConvoError {
  try {
    body();
  } catch (error) {
    if (error instanceof ConvoError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

test('a revision is taken apart', () => {
  assert.deepEqual(readRevision('7qk2/main-2@7.3')[0], { conversation: '7qk2', branch: 'main-2', turn: '7', step: 3 });
  assert.deepEqual(readRevision('7qk2/main-2@4/a1b2')[0], { conversation: '7qk2', branch: 'main-2', turn: '4', agent: { name: 'a1b2' } });
  assert.deepEqual(readRevision('@-1/A1-b@2.3')[0], { conversation: '', turn: '-1', agent: { name: 'A1-b', turn: '2' }, step: 3 });
  assert.deepEqual(readRevision('@-1')[0], { conversation: '', turn: '-1' });
  assert.deepEqual(readRevision('@-')[0], { conversation: '@-' });
});

test('every way to name a conversation', () => {
  const names: [string, string][] = [
    ['7qk2m4xw9d', '7qk2m4xw9d main'],
    ['7qk', '7qk2m4xw9d main'],
    ['7QK', '7qk2m4xw9d main'],
    ['11111111-1111', '7qk2m4xw9d main'],
    ['line splitter', '7qk2m4xw9d main'],
    ['LINE SPL', '7qk2m4xw9d main'],
    ['', '7qk2m4xw9d main'],
    ['@', '7qk2m4xw9d main'],
    ['@-', '3hs8c5v7ba main'],
    ['@-@2', '3hs8c5v7ba main 2'],
    ['@2', '7qk2m4xw9d main 2'],
    ['@@2', '7qk2m4xw9d main 2'],
    ['@-1', '7qk2m4xw9d main -1'],
    ['@7.3', '7qk2m4xw9d main 7 3'],
    ['@c5v7', '7qk2m4xw9d main c5v7'],
    ['7qk2/main-2@-1.1', '7qk2m4xw9d main-2 -1 1'],
    ['@/main-2', '7qk2m4xw9d main-2'],
    ['hi', '9zzz8yyy7x main'],
    ['a@b.example/c', 'aaaa1aaaaa main'],
  ];
  for (const [text, found] of names) assert.equal(find(text), found, text);
});

test('what can mean two conversations lists them', () => {
  const byId = failure(() => find('7q'));
  assert.equal(byId.code, 'ambiguous-revision');
  assert.deepEqual(byId.data.ids, ['7qk2m4xw9d', '7qz1aaaaaa']);
  assert.match(byId.message, /7qk2m4xw9d {2}claude-code {2}Fix the line splitter/);
  assert.equal(failure(() => find('0199aaaa')).code, 'ambiguous-revision');
});

test('what means nothing suggests what was probably meant', () => {
  const cases: [string, string, RegExp, string][] = [
    ['spliter', 'unknown-revision', /Did you mean "splitter"\?/, 'convo list --grep splitter'],
    ['qqqqqqqq', 'unknown-revision', /Nothing here is called "qqqqqqqq"$/, 'convo list'],
    ['10', 'unknown-revision', /"10"/, 'convo show @10'],
    ['7qk2/mian-2', 'unknown-branch', /Did you mean "main-2"\?/, 'convo show 7qk2m4xw9d/main-2'],
  ];
  for (const [text, code, message, hint] of cases) {
    const error = failure(() => find(text));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    assert.equal(error.hint, hint);
  }
  assert.equal(failure(() => findPlace([], 'x', {})).code, 'no-conversations');
  assert.equal(failure(() => findPlace(entries, '@-', { ...(first && { current: { entry: first } }) })).code, 'no-conversation-before');
});

test('turns by number, from the end, and by the start of their id', () => {
  const thread = ['h3n8s2c5v7ba', 'q7m2k4xw9d3f', 'q7zzzzzzzzzz', '123456789abc'].map((id, at) => ({ id, n: at + 1 }) as StoredTurn);
  const entry = first as Entry;
  const n = (name: string) => findTurn(thread, name, entry).n;
  assert.deepEqual(['1', '4', '-1', '-4', 'h3', 'q7m', '1234', '123456789abc'].map(n), [1, 4, 4, 1, 1, 2, 4, 4]);
  assert.equal(failure(() => n('q7')).code, 'ambiguous-turn');
  const besides = ['rrrrrrrrrrrr', 'h3n8s2c5v7ba'].map((id, at) => ({ id, n: at + 4 }) as StoredTurn);
  const or = (name: string) => findTurn(thread, name, entry, besides).id;
  assert.deepEqual(['4', '5', 'rr', 'h3', '-1'].map(or), ['123456789abc', 'h3n8s2c5v7ba', 'rrrrrrrrrrrr', 'h3n8s2c5v7ba', '123456789abc']);
  assert.equal(failure(() => or('-5')).code, 'unknown-turn');
  for (const name of ['9', '-5', '0', 'zz']) assert.equal(failure(() => n(name)).code, 'unknown-turn', name);
  assert.match(failure(() => n('9')).message, /1 to 4/);
});

/** The lines of a listing, so many of them at a time, in memory that is used again. */
function* inPieces(listed: readonly Entry[], count: number): Generator<Buffer> {
  const room = Buffer.alloc(listed.reduce((sum, entry) => sum + Buffer.byteLength(printEntryLine(entry)) + 1, 0));
  for (let at = 0; at < listed.length; at += count) {
    const text = listed.slice(at, at + count).map((entry) => `\n${printEntryLine(entry)}`);
    yield room.subarray(0, room.write(text.join('')));
  }
}

test('what is found among some conversations is what is found among all of them', () => {
  const words = ['aa', 'ab', 'aab', 'b1', '1', 'A', 'app', 'Ab\t1\tapp', '"b', 'é'];
  const word = fc.constantFrom(...words);
  const part = fc.constantFrom('aa', 'ab', 'aab', 'b1', '1', 'app');
  const told = fc.record({
    title: fc.tuple(word, word).map((pair) => pair.join(' ')),
    natives: fc.array(
      fc.tuple(word, word).map((pair) => pair.join('')),
      { maxLength: 2 },
    ),
    project: word,
    answered: fc.boolean(),
    updated: fc.constantFrom('2026-01-01', '2026-01-02', '2026-01-03', '2026-01-04'),
  });
  // As the listing has it, and as it is now where it changed since; undefined: not there.
  const many = fc.uniqueArray(
    fc.record({
      id: fc.tuple(part, part).map((pair) => pair.join('')),
      before: fc.option(told, { nil: undefined, freq: 6 }),
      now: fc.oneof({ arbitrary: fc.constant('unchanged' as const), weight: 3 }, fc.option(told, { nil: undefined })),
    }),
    { selector: ({ id }) => id, maxLength: 12 },
  );
  const text = fc.oneof(
    word,
    fc.constantFrom('', '@', '@-', '@2', 'aa@1', 'aab/main', 'ab/x', 'AA'),
    fc.tuple(word, word).map((pair) => pair.join('')),
  );
  fc.assert(
    fc.property(many, text, fc.array(word, { maxLength: 2 }), fc.integer({ min: 1, max: 12 }), (conversations, name, here, pieces) => {
      const made = { ...entries[0], active: 'main', branches: [{ name: 'main', turns: 1 }] };
      const entryOf = (id: string, one: object | undefined) => one && ({ ...made, ...one, id } as unknown as Entry);
      const isThere = (entry: Entry | undefined) => entry !== undefined;
      const listed = conversations
        .map(({ id, before }) => entryOf(id, before))
        .filter(isThere)
        .sort(byAge);
      const all = conversations
        .map(({ id, before, now }) => entryOf(id, now === 'unchanged' ? before : now))
        .filter(isThere)
        .sort(byAge);
      const changed = new Map(
        conversations.flatMap(({ id, now }) => (now === 'unchanged' ? [] : [[id as ConversationId, entryOf(id, now)] as const])),
      );
      const conversation = readRevision(name)[0]?.conversation ?? '';
      const lines = () => inPieces(listed, pieces);
      const some = someEntries(lines, { names: /[^@-]/.test(conversation) ? [conversation] : [], projects: here }, changed);
      const standing = { saved: {}, here };
      const found = some && findSurely(some, name, chosen(some, standing));
      if (found === undefined) return;
      const expected = findPlace(all, name, chosen(all, standing));
      assert.deepEqual(
        [found.entry.id, found.branchEntry.name, found.revision],
        [expected.entry.id, expected.branchEntry.name, expected.revision],
      );
    }),
    { numRuns: 2000 },
  );
});
