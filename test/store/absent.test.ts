import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { disk } from '../../src/host.ts';
import { openEngine } from '../../src/store/engine.ts';
import type { Oid } from '../../src/store/git.ts';
import { systemEngine } from '../../src/store/system/engine.ts';
import { findGit } from '../../src/store/system/spawn.ts';
import { temporaryFolder, testHost } from './sandbox.ts';

test('an object that is not there is absent, also beside packs, to both engines', async (t) => {
  const gitdir = join(temporaryFolder(t), 'store.git');
  const system = await openEngine(testHost(), gitdir, 'system');
  await system.init();
  const writer = await system.writer();
  await writer.blob(Buffer.from('packed'));
  await writer.finish();
  const embedded = await openEngine(testHost(), gitdir, 'isomorphic');
  for (const engine of [system, embedded]) {
    assert.equal(await engine.read('1'.repeat(40)), undefined, engine.name);
    await engine.close();
  }
});

/** A git to whose first two questions objects are nowhere; behind the second answer, the packs are as they were. */
const repacked = (git: string, away: string, packs: string) => `#!${process.execPath}
const { spawn } = require('node:child_process');
const { readdirSync, renameSync } = require('node:fs');
const git = spawn(${JSON.stringify(git)}, process.argv.slice(2), { stdio: ['pipe', 'inherit', 'inherit'] });
let asked = 0;
process.stdin.on('data', (bytes) => {
  for (const name of bytes.toString().split('\\0').slice(0, -1)) {
    asked += 1;
    if (asked > 2) git.stdin.write(name + '\\0');
    if (asked === 2) for (const file of readdirSync(${JSON.stringify(away)})) renameSync(${JSON.stringify(`${away}/`)} + file, ${JSON.stringify(`${packs}/`)} + file);
    if (asked <= 2) process.stdout.write(name + ' missing\\n');
  }
});
process.stdin.on('end', () => git.stdin.end());
`;

test('an object that git misses while another git repacks is looked for again', async (t) => {
  const folder = temporaryFolder(t);
  const [gitdir, away] = [join(folder, 'store.git'), join(folder, 'away')];
  const git = await findGit(testHost());
  assert.ok(git);
  const plain = systemEngine({ host: testHost(), path: git, gitdir });
  await plain.init();
  const writer = await plain.writer();
  const blob = writer.id(await writer.blob(Buffer.from('packed')));
  await writer.finish();
  await plain.close();
  const packs = join(gitdir, 'objects/pack');
  mkdirSync(away);
  for (const name of readdirSync(packs)) renameSync(join(packs, name), join(away, name));
  const program = join(folder, 'git');
  writeFileSync(program, repacked(git, away, packs));
  chmodSync(program, 0o755);
  const engine = systemEngine({ host: testHost(), path: program, gitdir });
  const found = await engine.read(await blob);
  await engine.close();
  assert.equal(found && Buffer.from(found.content).toString(), 'packed');
});

test('an index whose pack another git has removed already is waited for to go, too', async (t) => {
  const gitdir = join(temporaryFolder(t), 'store.git');
  const plain = await openEngine(testHost(), gitdir, 'system');
  await plain.init();
  const ids: Oid[] = [];
  for (const text of ['one', 'two']) {
    const writer = await plain.writer();
    ids.push(await writer.id(await writer.blob(Buffer.from(text))));
    await writer.finish();
  }
  await plain.close();
  const packs = join(gitdir, 'objects/pack');
  const [gone = ''] = readdirSync(packs).filter((name) => name.endsWith('.pack'));
  const bytes = readFileSync(join(packs, gone));
  rmSync(join(packs, gone));
  let listed = 0;
  const listing = ((...args: Parameters<typeof disk.readdirSync>) => {
    if (`${args[0]}` === packs) listed += 1;
    if (listed === 6) writeFileSync(join(packs, gone), bytes); // as if what was in it came with another pack
    return disk.readdirSync(...args);
  }) as typeof disk.readdirSync;
  const embedded = await openEngine(testHost({ fs: { ...disk, readdirSync: listing } }), gitdir, 'isomorphic');
  t.after(() => embedded.close());
  const found: string[] = [];
  for (const id of ids) found.push(Buffer.from((await embedded.read(id))?.content ?? []).toString());
  assert.deepEqual(found, ['one', 'two']);
  assert.ok(listed >= 6);
});
