import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Transcript } from '../support/claude-code.ts';
import { growing, ImportHome } from '../support/import-home.ts';

const path = '.claude/projects/-w-lines/5e551000-0000-4000-8000-000000000000.jsonl';

test('a last line without its line end is read when the file has come to rest, though it did not change', async (t) => {
  const transcript = new Transcript();
  transcript.user('Question');
  transcript.says('Answer');
  transcript.meta('custom-title', { customTitle: 'Lines' });
  const home = new ImportHome(t);
  await home.put(path, transcript.bytes.subarray(0, -1), growing);
  const first = await home.import();
  assert.deepEqual([first.turnsAdded, first.records.total], [2, 2]);
  const second = await home.import({ later: 11 * 60_000 });
  assert.equal(second.records.total, 3);
});
