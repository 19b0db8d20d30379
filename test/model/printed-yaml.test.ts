import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { printCard } from '../../src/model/card-page.ts';
import { splitFrontmatter } from '../../src/model/frontmatter.ts';
import { readPrinted } from '../../src/model/printed-yaml.ts';
import { readYaml } from '../../src/model/yaml.ts';
import { runs } from '../support/arbitrary.ts';
import { cards } from '../support/arbitrary-card.ts';

const front = `convo: 1
title: Fix the line splitter
tags: [parser, "a, b"]
native:
  - {tool: codex, source: 1111-1, branch: main}
  - {tool: codex, source: 1111-2}
branches:
  main: {at: 4f1c0e, label: "x: y"}
deleted:
  - {ref: try, at: 9b02aa, turns: [q7m2k4 3, h3n8s2 14]}
  - {ref: gone, at: 9b02ab, turns: []}
rev: {status: 1, title: 3}
history: {title: [Line splitter], status: []}
`;

const told = (text: string) => [...(readPrinted(text) ?? [])].map(([key, { value, written }]) => ({ key, value, written }));

test('a card as it is printed is read without YAML, and is what YAML reads', () => {
  assert.ok(readPrinted(front));
  assert.deepEqual(told(front), readYaml(front));
});

test('what is read without YAML is what YAML reads, whatever stands there', () => {
  const piece = fc.constantFrom(
    ...'{}[],:#&*!|>\'"%@`-? \n\t~\\a1é\u2028',
    ': ',
    ', ',
    '  - ',
    '  - {',
    '__proto__',
    '<<: ',
    '\n  a: {',
    'null',
    'a: 1\n',
  );
  const edits = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 6 }), piece), { maxLength: 3 });
  const text = fc.oneof(
    cards.map((card) => splitFrontmatter(printCard(card)).front),
    fc.constant(front),
  );
  let read = 0;
  fc.assert(
    fc.property(text, edits, (page, changes) => {
      let changed = page;
      for (const [at, drop, put] of changes) {
        const start = at % (changed.length + 1);
        changed = changed.slice(0, start) + put + changed.slice(start + drop);
      }
      if (readPrinted(changed) === undefined) return;
      read += 1;
      assert.deepEqual(told(changed), readYaml(changed));
    }),
    { numRuns: runs * 4 },
  );
  assert.ok(read > runs / 10, `${read} of them were read without YAML`);
});
