import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { generate } from '../../bench/corpus.ts';
import { importers } from '../../src/importers/registry.ts';
import { readHome } from '../clients/imported.ts';

const options = { conversations: 60, exchanges: 4, calls: 2, resultSize: 200 };
const folder = mkdtempSync(join(tmpdir(), 'convo-corpus-'));
const home = join(folder, 'home');
const written = generate(home, options);
after(() => rmSync(folder, { recursive: true, force: true }));

function digest(root: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
    const path = join(root, name);
    const { mtimeMs } = statSync(path);
    if (statSync(path).isFile()) hash.update(`${name}\0${mtimeMs}\0`).update(readFileSync(path));
  }
  return hash.digest('hex');
}

test('a corpus depends on its options alone', () => {
  const again = join(folder, 'again');
  assert.deepEqual(generate(again, options), written);
  assert.equal(digest(again), digest(home));
  assert.notDeepEqual(generate(join(folder, 'other'), { ...options, resultSize: 300 }), written);
});

test('the importers read a corpus whole: every turn that was written, none skipped, all finished', async () => {
  const turns = new Set<string>();
  const agents = new Set<string>();
  let bytes = 0;
  for (const importer of importers) {
    const reads = await readHome(importer, home);
    assert.ok(reads.length > 10, `${importer.title}: ${reads.length} sources`);
    for (const { source, outline, skipped, turns: built, records } of reads) {
      assert.deepEqual(skipped, [], source.path);
      assert.equal(built.size, outline.turns.length, source.path);
      assert.deepEqual([...new Set(outline.turns.map(({ state }) => state))], ['ended'], source.path);
      for (const { id } of outline.turns) (outline.facts.agent ? agents : turns).add(id);
      bytes += records.length;
    }
  }
  assert.equal(turns.size, written.turns);
  assert.ok(agents.size > 0, 'no sub-agents');
  assert.ok(bytes <= written.bytes && bytes > 0.9 * written.bytes, `${bytes} of ${written.bytes} bytes are records`);
});

test('a long conversation has about the size that was asked for', () => {
  const { bytes, files } = generate(join(folder, 'long'), { conversations: 1, exchanges: 0, calls: 20, resultSize: 200, bytes: 2_000_000 });
  assert.ok(bytes > 1_500_000 && bytes < 2_500_000, `${bytes} bytes`);
  assert.ok(files >= 1);
});
