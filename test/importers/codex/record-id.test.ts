import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { recordId } from '../../../src/importers/codex/classify.ts';
import type { JsonObject } from '../../../src/importers/kit/jsonl.ts';
import { runs } from '../../support/arbitrary.ts';

/** As format.md 4 has it: of the payload all but the keys that a copy has of its own, wherever they stand. */
const isOwn = (key: string): boolean =>
  /^(?:timestamp|ordinal|(?:session|thread)_id|metadata|internal_chat_message_metadata_passthrough|(?:started|completed)_at)$|_at_ms$/.test(
    key,
  );

const keys = ['timestamp', 'session_id', 'metadata', 'ended_at_ms', '_at_ms', 'type', 'a"b', '"timestamp":', '__proto__', '2', '1'];
const { payload } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<unknown>(...keys, null, 1, true),
    tie('payload'),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
  payload: fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 4 }),
}));

test('a record without a native id is named by what a copy of it shares', () => {
  fc.assert(
    fc.property(payload, (record) => {
      const own = JSON.parse(JSON.stringify(record)) as JsonObject;
      const shared = JSON.stringify(own, (key, value: unknown) => (isOwn(key) ? undefined : value));
      const named = createHash('sha256').update(`event_msg${shared}`).digest('hex').slice(0, 8);
      assert.equal(recordId({ type: 'event_msg', payload: own }), named);
    }),
    { numRuns: runs },
  );
});
