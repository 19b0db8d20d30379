import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { TurnId } from '../../../src/model/ids.ts';
import type { Json } from '../../../src/model/json.ts';
import { headOf } from '../../../src/model/page/head.ts';
import { defaultLimits } from '../../../src/model/page/limits.ts';
import { parsePage } from '../../../src/model/page/parse.ts';
import { bodyOf, type PrintedPage, printPage } from '../../../src/model/page/print.ts';
import type { Part, Turn } from '../../../src/model/turn.ts';
import { hostileText, runs, turns } from '../../support/arbitrary.ts';

function parse({ page, attachments }: PrintedPage): Turn {
  const files = new Map(attachments.map(({ name, bytes }) => [name, bytes]));
  return parsePage(page, (name) => files.get(name));
}

function turnOf(fields: Pick<Turn, 'role' | 'steps'>): Turn {
  return { id: 'q7m2k4xw9d3f' as TurnId, parent: null, n: 1, records: { kept: [], others: [] }, ...fields };
}

const limits = [defaultLimits, { inline: 60, page: 400, head: 2, tail: 1 }];

for (const limit of limits) {
  test(`parse(print(turn)) is the turn, ${limit.inline} bytes inline`, () => {
    fc.assert(
      fc.property(turns, (turn) => {
        assert.deepEqual(parse(printPage(turn, limit)), turn);
      }),
      { numRuns: runs },
    );
  });
}

test('a page is well-formed UTF-8 and prints the same again', () => {
  fc.assert(
    fc.property(turns, (turn) => {
      const { page } = printPage(turn);
      assert.equal(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(new TextEncoder().encode(page)), page);
      assert.equal(printPage(turn).page, page);
      assert.doesNotMatch(page, /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
    }),
    { numRuns: runs },
  );
});

test('a page that somebody damaged gives a turn or bad-page, and pollutes nothing', () => {
  const edit = fc.tuple(fc.nat(), fc.nat({ max: 40 }), hostileText);
  fc.assert(
    fc.property(turns, fc.array(edit, { minLength: 1, maxLength: 3 }), (turn, edits) => {
      const { page, attachments } = printPage(turn);
      const files = new Map(attachments.map(({ name, bytes }) => [name, bytes]));
      let damaged = page;
      for (const [at, length, text] of edits) {
        const start = at % (damaged.length + 1);
        damaged = damaged.slice(0, start) + text + damaged.slice(start + length);
      }
      try {
        parsePage(damaged, (name) => files.get(name));
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'bad-page', String((error as Error).stack));
      }
      assert.deepEqual(Object.keys(Object.prototype), []);
    }),
    { numRuns: runs },
  );
});

test('the order of an input is kept', () => {
  fc.assert(
    fc.property(turns, (turn) => {
      const order = (from: Turn) =>
        JSON.stringify(from.steps.map(({ parts }) => parts.map((part) => ('input' in part ? keysOf(part.input) : []))));
      assert.equal(order(parse(printPage(turn))), order(turn));
    }),
    { numRuns: runs },
  );
});

function keysOf(value: Json): Json {
  if (value === null || typeof value !== 'object') return null;
  return Object.entries(value).map(([key, item]) => [key, keysOf(item)]);
}

test('a page stays within its budget where its texts are large', () => {
  const text = (line: string, times: number) => `${line}\n`.repeat(times);
  const parts = [1, 2, 3].map((i): Part => ({ kind: 'text', text: text(`answer ${i}`, 12_000 * i) }));
  const turn = turnOf({ role: 'assistant', steps: [{ parts }] });
  const printed = printPage(turn);
  assert.ok(Buffer.byteLength(printed.page) <= defaultLimits.page);
  assert.equal(printed.attachments.length, 2);
  assert.ok(printed.page.includes(text('answer 1', 12_000)));
  assert.deepEqual(parse(printed), turn);
});

test('one line of a megabyte, and any fence', () => {
  const texts = [
    'x'.repeat(1 << 20),
    '\u0000'.repeat(1 << 18),
    '\n'.repeat(1 << 18),
    '```\n'.repeat(1 << 16),
    '`'.repeat(1 << 16),
    '\\'.repeat(1 << 18),
  ];
  const kinds = ['text', 'thinking', 'output'] as const;
  for (const text of texts) {
    for (const role of ['user', 'assistant'] as const) {
      const turn = turnOf({ role, steps: [{ parts: kinds.map((kind) => ({ kind, text })) }] });
      assert.deepEqual(parse(printPage(turn)), turn);
      assert.deepEqual(parse(printPage(turn, { ...defaultLimits, inline: 1 << 26, page: 1 << 26 })), turn);
    }
  }
});

test('the head is read without the body', () => {
  fc.assert(
    fc.property(turns, (turn) => {
      const { steps, records: _records, extra: _extra, ...fields } = turn;
      const { steps: count, tools: _tools, files: _files, ...head } = headOf(printPage(turn).page);
      assert.deepEqual(head, fields);
      assert.equal(count, turn.role === 'assistant' ? steps.length : undefined);
    }),
    { numRuns: runs },
  );
});

test('the body of a page is what lies between frontmatter and records', () => {
  const turn = turnOf({ role: 'user', steps: [{ parts: [{ kind: 'text', text: 'a\n<!-- records b -->' }] }] });
  assert.equal(bodyOf(printPage(turn).page), '<!-- 1 text -->\na\n\\<!-- records b -->\n\n');
});
