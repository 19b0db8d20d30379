import assert from 'node:assert/strict';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openContext } from '../../src/ops/context.ts';
import { currents } from '../../src/ops/current.ts';
import { projectName, projectsHere } from '../../src/ops/project.ts';
import { switchTo } from '../../src/ops/switch.ts';
import { fakeBackend } from '../support/fake-store.ts';
import { library, libraryReader } from '../support/library.ts';
import { fakeHost, withHome } from '../support/run.ts';

const contextOf = (home: string, cwd = home) => openContext(fakeHost({ home, cwd }), async () => fakeBackend(library), {});
const entries = await libraryReader().entries();
const ids = async (home: string, cwd?: string) => {
  const chosen = await currents(contextOf(home, cwd), entries);
  return [chosen.by, chosen.current?.entry.id, chosen.before?.entry.id];
};

test('never switched: the newest of this project, else the newest of all', () =>
  withHome(async (home) => {
    assert.deepEqual(await ids(home), ['newest', '7qk2m4xw9d', '3hs8c5v7ba']);
    const work = join(home, 'queue', 'src');
    await mkdir(join(home, 'queue', '.git'), { recursive: true });
    await mkdir(work);
    await writeFile(
      join(home, 'queue', '.git', 'config'),
      '[core]\n\tbare = false\n[remote "origin"]\n\turl = git@example.com:org/queue.git\n',
    );
    assert.deepEqual(await ids(home, work), ['folder', '3hs8c5v7ba', '7qk2m4xw9d']);
  }));

test('switching is remembered, also where it came from, in files that only the user reads', () =>
  withHome(async (home) => {
    const context = contextOf(home);
    const to = await switchTo(context, 'redis');
    assert.equal(to.before?.id, '7qk2m4xw9d');
    assert.deepEqual(await ids(home), ['switch', '3hs8c5v7ba', '7qk2m4xw9d']);
    await switchTo(context, '7qk2/main-2');
    const chosen = await currents(context, entries);
    assert.equal(chosen.current?.branch, 'main-2');
    await switchTo(context, '-');
    assert.deepEqual(await ids(home), ['switch', '3hs8c5v7ba', '7qk2m4xw9d']);
    assert.equal((await stat(join(home, 'store', 'state', 'current.json'))).mode & 0o777, 0o600);
    assert.equal((await stat(join(home, 'store', 'state'))).mode & 0o777, 0o700);
  }));

test('a damaged memory is told and ignored, and one of a conversation that is gone is ignored', () =>
  withHome(async (home) => {
    const path = join(home, 'store', 'state', 'current.json');
    await mkdir(join(home, 'store', 'state'), { recursive: true });
    await writeFile(path, '{"current": "7qk');
    const context = contextOf(home);
    assert.equal((await currents(context, entries)).by, 'newest');
    assert.equal(context.warnings.length, 1);
    await writeFile(path, '{"current": "gone000000"}');
    assert.deepEqual(await ids(home), ['newest', '7qk2m4xw9d', '3hs8c5v7ba']);
    assert.equal(await readFile(path, 'utf8'), '{"current": "gone000000"}');
  }));

test('a remote names a project without scheme, credentials, port and ending', () => {
  const urls = [
    'https://user:secret@example.com/org/app.git',
    'git@example.com:org/app.git',
    'ssh://git@example.com:2222/org/app/',
    'https://example.com/org/app',
  ];
  for (const url of urls) assert.equal(projectName(url), 'example.com/org/app', url);
});

test('outside of any repository the folder names the project', () =>
  withHome(async (home) => {
    assert.deepEqual(await projectsHere(fakeHost({ home, cwd: home })), [home]);
  }));
