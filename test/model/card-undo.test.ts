import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Card, withBranch, withField, withoutBranch, withTag } from '../../src/model/card.ts';
import { mergeCards } from '../../src/model/card-merge.ts';
import { parseCard, printCard } from '../../src/model/card-page.ts';
import { setBackCard, valuesOf } from '../../src/model/card-undo.ts';
import { runs } from '../support/arbitrary.ts';
import { cards } from '../support/arbitrary-card.ts';

const sorted = (card: Card | undefined) => [...valuesOf(card)].sort(([a], [b]) => (a < b ? -1 : 1));

test('an edit that is set back leaves the values that were there, and set back once more those of the edit', () => {
  fc.assert(
    fc.property(cards, cards, (before, after) => {
      const undone = setBackCard(after, before, after);
      assert.deepEqual(undone.inTheWay, []);
      assert.deepEqual(sorted(undone.card), sorted(before));
      assert.deepEqual(sorted(parseCard(printCard(undone.card ?? before))), sorted(before));
      const redone = setBackCard(undone.card, after, undone.card);
      assert.deepEqual(sorted(redone.card), sorted(after));
    }),
    { numRuns: runs },
  );
});

test('a card that the edit made goes, one that it took out comes back', () => {
  fc.assert(
    fc.property(cards, (card) => {
      assert.deepEqual(setBackCard(card, undefined, card), { card: undefined, inTheWay: [] });
      assert.deepEqual(sorted(setBackCard(undefined, card, undefined).card), sorted(card));
    }),
    { numRuns: runs },
  );
});

const plain = parseCard(`---
convo: 1
id: 7qk2m4xw9d
tool: claude-code
title: One
native: []
branches:
  main: {at: aa, label: first}
  try: {at: bb}
---
`);
const edits: [name: string, edit: (card: Card) => Card][] = [
  ['a title', (card) => withField(card, 'title', 'Two')],
  ['a label', (card) => withBranch(card, 'main', 'label', 'second')],
  ['a first label', (card) => withBranch(card, 'try', 'label', 'second')],
  ['a deletion', (card) => withoutBranch(card, { ref: 'try', at: 'bb', turns: [] })],
  ['a tag', (card) => withTag(card, 'urgent', true)],
];

for (const [name, edit] of edits)
  test(`${name} that another device took is undone there too, and redone`, () => {
    const after = edit(plain);
    const undone = setBackCard(after, plain, after).card as Card;
    assert.deepEqual(sorted(mergeCards(undone, after)), sorted(plain));
    const redone = setBackCard(undone, after, undone).card as Card;
    assert.deepEqual(sorted(mergeCards(redone, undone)), sorted(after));
  });

test('what was changed otherwise since is left alone, and named where it is the same value', () => {
  const after = withField(plain, 'title', 'Two');
  const labelled = withBranch(after, 'main', 'label', 'second');
  assert.deepEqual(sorted(setBackCard(labelled, plain, after).card), sorted(withBranch(plain, 'main', 'label', 'second')));
  const retitled = withField(after, 'title', 'Three');
  assert.deepEqual(setBackCard(retitled, plain, after), { card: retitled, inTheWay: ['title'] });
  assert.deepEqual(setBackCard(labelled, undefined, after).inTheWay, ['label of main']);
});

test('a branch that the edit made takes its counters along', () => {
  const made = withBranch(plain, 'new', 'at', 'cc');
  assert.deepEqual(setBackCard(made, plain, made).card, plain);
});
