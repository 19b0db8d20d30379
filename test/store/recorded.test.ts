import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { disk } from '../../src/host.ts';
import type { ConversationId } from '../../src/model/ids.ts';
import { readRecorded, writeRecorded } from '../../src/store/recorded.ts';
import { temporaryFolder, testHost } from './sandbox.ts';

const idOf = (n: number) => `b${n.toString(8).padStart(9, '0')}` as ConversationId;
const folder = fc.option(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant('/home/a\nb'), fc.constant(`/${'deep/'.repeat(2000)}`)));

test('what is remembered of each conversation is found, and nothing of others', async (t) => {
  const state = temporaryFolder(t);
  const host = testHost();
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.nat(5000), { maxLength: 600 }),
      fc.array(folder, { minLength: 1, maxLength: 5 }),
      async (ids, some) => {
        const folders = new Map(ids.map((n) => [idOf(n * 2), some[n % some.length] ?? null]));
        await writeRecorded(host, state, folders);
        for (const [id, told] of folders) assert.deepEqual(await readRecorded(host, state, id), told ? { folder: told } : {});
        for (const n of ids.slice(0, 20)) assert.equal(await readRecorded(host, state, idOf(n * 2 + 1)), undefined);
      },
    ),
    { numRuns: 25 },
  );
});

test('of many conversations few bytes are read to find one', async (t) => {
  const state = temporaryFolder(t);
  await writeRecorded(testHost(), state, new Map(Array.from({ length: 10_000 }, (_, n) => [idOf(n), `/home/ada/work/${n % 300}`])));
  let read = 0;
  const readSync = (...args: Parameters<typeof disk.readSync>) => {
    const got = disk.readSync(...args);
    read += got;
    return got;
  };
  const fs = { ...disk, readSync: readSync as typeof disk.readSync };
  assert.deepEqual(await readRecorded(testHost({ fs }), state, idOf(7777)), { folder: `/home/ada/work/${7777 % 300}` });
  assert.ok(read < 100_000, `${read} bytes`);
});

test('a file of lines that are not in order is read whole', async (t) => {
  const state = temporaryFolder(t);
  const host = testHost();
  await writeRecorded(
    host,
    state,
    new Map([
      [idOf(1), '/a'],
      [idOf(2), '/b'],
    ]),
  );
  const path = join(state, 'folders');
  const [, ...lines] = readFileSync(path, 'utf8').split(/(?<=\n)/);
  writeFileSync(path, lines.reverse().join(''));
  assert.deepEqual(await readRecorded(host, state, idOf(1)), { folder: '/a' });
  assert.deepEqual(await readRecorded(host, state, idOf(2)), { folder: '/b' });
});
