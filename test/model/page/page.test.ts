import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { defaultLimits } from '../../../src/model/page/limits.ts';
import { parsePage } from '../../../src/model/page/parse.ts';
import { type PrintedPage, printPage } from '../../../src/model/page/print.ts';
import type { Turn } from '../../../src/model/turn.ts';
import { runs, turns } from '../../support/arbitrary.ts';

function parse({ page, attachments }: PrintedPage): Turn {
  const files = new Map(attachments.map(({ name, bytes }) => [name, bytes]));
  return parsePage(page, (name) => files.get(name));
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
