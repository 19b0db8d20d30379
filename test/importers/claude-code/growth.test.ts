import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { claudeCode } from '../../../src/importers/claude-code/index.ts';
import { type Entry, packEntries, unpackEntries } from '../../../src/importers/claude-code/skeleton.ts';
import { Transcript } from '../../support/claude-code.ts';
import { scanOf, sourceFor } from '../../support/importer.ts';

const ids = fc.constantFrom('', 'a', 'b', 'c');
const list = fc.array(ids, { minLength: 1, maxLength: 3 });
const entry = fc.record(
  {
    kind: fc.constantFrom('prompt', 'assistant', 'result', 'boundary', 'state', 'raw', 'remove', 'popAll'),
    id: ids,
    parent: ids,
    offset: fc.nat(99),
    length: fc.nat(99),
    line: fc.nat(99),
    time: fc.constantFrom(0, 5, 1_770_000_000_000),
    keeps: fc.constant(true),
    side: ids,
    calls: list,
    tasks: fc.array(fc.tuple(ids, ids), { minLength: 1, maxLength: 2 }),
    results: list,
    agent: ids,
    final: fc.constant(true),
    text: ids,
    stop: ids,
    says: fc.constant(true),
    compacts: fc.constant(true),
    preserved: list,
    segment: fc.tuple(ids, ids),
  },
  { requiredKeys: ['kind', 'id', 'parent', 'offset', 'length', 'line'], noNullPrototype: true },
);

test('a skeleton comes back from a cursor as it went in', () => {
  fc.assert(
    fc.property(fc.array(entry), (entries) => {
      const packed = JSON.parse(JSON.stringify(packEntries(entries as Entry[])));
      assert.deepEqual(unpackEntries(packed), entries);
    }),
  );
});

test('a last line that counted goes on counting while the next one is half written', async () => {
  const t = new Transcript();
  t.user('One');
  t.says('1');
  const source = sourceFor(claudeCode, '/h/a.jsonl');
  const data = t.bytes.subarray(0, -1);
  const rested = await scanOf(claudeCode, source, data);
  assert.equal(rested.outline.turns.length, 2);
  const grown = Buffer.concat([data, Buffer.from('\n{"type":"us')]);
  for (const end of [data.length, data.length + 1, grown.length]) {
    const next = await scanOf(claudeCode, source, grown.subarray(0, end), { complete: false, before: rested.outline.cursor });
    assert.deepEqual(next.outline.turns, rested.outline.turns);
    assert.equal(next.raw.length, end === data.length ? 0 : 1);
    assert.deepEqual(next.skipped, []);
  }
});
