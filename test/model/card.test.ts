import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { restoredBranch, tagsOf, withBranch, withField, withoutBranch, withTag } from '../../src/model/card.ts';
import { mergeCards } from '../../src/model/card-merge.ts';
import { cardPath, parseCard, printCard } from '../../src/model/card-page.ts';
import { runs } from '../support/arbitrary.ts';
import { cards } from '../support/arbitrary-card.ts';

const page = `---
convo: 1
id: 7qk2m4xw9d
tool: claude-code
title: Fix the line splitter
project: example.com/app
tags: [parser, urgent]
status: active
priority: "2"
intent: bugfix
active: main
native:
  - {tool: claude-code, source: 11111111-1111-4111-8111-111111111111, root: 8a83474a-d642-4830-8226-a904bf718ab5, branch: main}
branches:
  main: {at: 4f1c0e0000000000000000000000000000000abc, label: main}
deleted:
  - {ref: try-redis, at: 9b02aa0000000000000000000000000000000abc, turns: [q7m2k4 3, h3n8s2 14]}
rev: {status: 1, title: 3}
tagrev: {parser: 1, urgent: 2}
history: {title: [Line splitter]}
---
Notes in the body.
`;

test('a card prints as it was read', () => {
  const card = parseCard(page);
  assert.equal(card.title, 'Fix the line splitter');
  assert.deepEqual(tagsOf(card), ['parser']);
  assert.equal(printCard(card), page.replace('tags: [parser, urgent]', 'tags: [parser]'));
  assert.equal(cardPath(card.id), 'conversations/7/q/7qk2m4xw9d.md');
});

test('parse(print(card)) is the card', () => {
  fc.assert(
    fc.property(cards, (card) => {
      const printed = printCard(card);
      assert.deepEqual(parseCard(printed), card);
      assert.equal(printCard(parseCard(printed)), printed);
    }),
    { numRuns: runs },
  );
});

test('merging cards is commutative, associative and idempotent', () => {
  fc.assert(
    fc.property(cards, cards, cards, (a, b, c) => {
      assert.deepEqual(mergeCards(a, a), a);
      assert.deepEqual(mergeCards(a, b), mergeCards(b, a));
      assert.deepEqual(mergeCards(mergeCards(a, b), c), mergeCards(a, mergeCards(b, c)));
      assert.deepEqual(mergeCards(mergeCards(a, b), b), mergeCards(a, b));
    }),
    { numRuns: runs },
  );
});

test('the later edit wins on every device and the loser stays in the history', () => {
  const card = parseCard(page);
  const here = withField(withField(card, 'title', 'Splitter'), 'title', 'Line splitter, fixed');
  const there = withField(card, 'title', 'Zebra');
  const merged = mergeCards(here, there);
  assert.equal(merged.title, 'Line splitter, fixed');
  assert.deepEqual(merged.history?.title, ['Fix the line splitter', 'Line splitter', 'Splitter', 'Zebra']);
  assert.equal(merged.rev?.title, 5);
});

test('a tag taken off stays off, put on again it is on', () => {
  const card = withTag(parseCard(page), 'parser', false);
  assert.deepEqual(tagsOf(mergeCards(card, parseCard(page))), []);
  assert.deepEqual(tagsOf(mergeCards(parseCard(page), withTag(card, 'parser', true))), ['parser']);
});

test('a deleted branch does not come back from a device that still has it, a restored one does', () => {
  const card = withBranch(parseCard(page), 'old', 'at', 'b'.repeat(40));
  const deleted = withoutBranch(card, { ref: 'old', at: 'b'.repeat(40), turns: ['q7m2k4 3'] });
  const merged = mergeCards(card, deleted);
  assert.equal(merged.branches.old, undefined);
  assert.deepEqual(
    merged.deleted?.map(({ ref }) => ref),
    ['old', 'try-redis'],
  );
  const restored = restoredBranch(merged, 'old', { at: 'b'.repeat(40) });
  assert.deepEqual(mergeCards(deleted, restored).branches.old, { at: 'b'.repeat(40) });
  assert.deepEqual(
    mergeCards(deleted, restored).deleted?.map(({ ref }) => ref),
    ['try-redis'],
  );
});

test('hostile cards are refused', () => {
  const bad = [
    page.replace('main: {at', '&a main: {at'),
    page.replace('title: Fix', 'title: !!js/function Fix'),
    page.replace('id: 7qk2m4xw9d', 'id: ../../etc'),
    page.replace('tool: claude-code', 'tool: Claude'),
    page.replace('  main: {at', '  -x: {at'),
    page.replace('rev: {status: 1', 'rev: {__proto__: 1'),
    page.replace('rev: {status: 1', 'rev: {status: one'),
    page.replace('convo: 1', 'convo: 2'),
    page.replace('links', 'constructor: x\nlinks').replace('rev:', 'constructor: 1\nrev:'),
  ];
  for (const text of bad) assert.throws(() => parseCard(text), { code: 'bad-page' }, text);
});
