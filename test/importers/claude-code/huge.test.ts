import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Transcript } from '../../support/claude-code.ts';

const full = process.env.CONVO_CAMPAIGN === 'full';
const scanFile = fileURLToPath(new URL('../../support/scan-file.ts', import.meta.url));

/** Writes a file piece by piece, scans it in a process with a heap of 256 MB, and returns what that took. */
async function scanned(pieces: Iterable<Uint8Array>): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'convo-huge-'));
  try {
    const path = join(folder, 'huge.jsonl');
    const file = await open(path, 'w');
    for (const piece of pieces) await file.write(piece);
    await file.close();
    const run = spawnSync(process.execPath, ['--max-old-space-size=256', '--import', 'tsx', scanFile, path], { encoding: 'utf8' });
    assert.equal(run.status, 0, run.stderr);
    return JSON.parse(run.stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('a line longer than any string is named and skipped, what is around it is read', { timeout: 120_000 }, async () => {
  const t = new Transcript();
  t.user('One');
  t.says('1');
  const filler = new Uint8Array(1 << 20).fill(120);
  function* pieces() {
    yield t.bytes;
    yield Buffer.from('{"type":"user","text":"');
    for (let count = 0; count < (full ? 600 : 80); count += 1) yield filler;
    yield Buffer.from('"}\n');
    t.lines.length = 0;
    t.user('Two');
    yield t.bytes;
  }
  const told = await scanned(pieces());
  assert.deepEqual([told.skipped, told.records, told.turns], [1, 3, 3]);
  assert.ok((told.peak ?? 0) < 300, `${told.peak} MB`);
});

test('a gigabyte passes in 400 MB at 20 MB a second', { skip: !full, timeout: 600_000 }, async () => {
  function* pieces() {
    for (let size = 0, part = 0; size < 1e9; part += 1) {
      const t = new Transcript();
      for (let turn = 0; turn < 100; turn += 1) {
        t.user('A prompt of the usual length, which says what is to be done and where.');
        for (let call = 0; call < 10; call += 1) {
          t.calls(`toolu_${part}_${turn}_${call}`, 'Bash', { command: 'npm test' });
          t.result(`toolu_${part}_${turn}_${call}`, 'line of output\n'.repeat(350));
        }
        t.says('Done.');
      }
      const text = Buffer.from(t.bytes)
        .toString()
        .replace(/"(uuid|parentUuid)":"(\d{8})-0000/g, `"$1":"$2-${part.toString(16).padStart(4, '0')}`);
      const piece = Buffer.from(text);
      size += piece.length;
      yield piece;
    }
  }
  const told = await scanned(pieces());
  assert.ok((told.bytes ?? 0) >= 1e9 && told.skipped === 0);
  assert.ok((told.peak ?? 0) <= 400, `${told.peak} MB`);
  assert.ok((told.bytes ?? 0) / 1e6 / (told.seconds ?? 1) >= 20, `${told.seconds} s`);
});
