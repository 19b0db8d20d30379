import assert from 'node:assert/strict';
import { test } from 'node:test';
import { convoJson } from '../../../src/importers/convo-json/index.ts';
import { importers } from '../../../src/importers/registry.ts';
import { exportedSources } from '../../support/exported.ts';
import { scanOf } from '../../support/importer.ts';

test('a file is taken apart once for all its branches, and again when its bytes are others', async () => {
  const codex = importers.find(({ tool }) => tool === 'codex') ?? assert.fail();
  const [one, other] = (await exportedSources(codex, ['forks'])).filter(({ source }) => source.key.includes('#main'));
  assert.ok(one && other && one.source.path === other.source.path && one.source.key !== other.source.key);
  const importer = convoJson(codex.tool);
  const firstTurn = async ({ source, data }: typeof one) => (await scanOf(importer, source, data)).outline.turns[0] ?? assert.fail();
  const first = await firstTurn(one);
  assert.strictEqual((await firstTurn(other)).records, first.records);
  const changed = { ...one, data: Buffer.from(Buffer.from(one.data).toString().replace('"titled": false', '"titled": true')) };
  assert.notStrictEqual((await firstTurn(changed)).records, first.records);
  assert.deepEqual((await firstTurn(changed)).records, first.records);
});
