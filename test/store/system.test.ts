import assert from 'node:assert/strict';
import { appendFileSync, chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ConvoError } from '../../src/errors.ts';
import type { GitEngine } from '../../src/store/git.ts';
import { systemEngine } from '../../src/store/system/engine.ts';
import { findGit } from '../../src/store/system/spawn.ts';
import { commitFile } from './engine-contract.ts';
import { temporaryFolder, testHost } from './sandbox.ts';

interface Made {
  open(): GitEngine;
  /** Processes started so far: the git command of each. */
  spawned: string[];
  gitdir: string;
  /** A program that stands for git. */
  program: string;
}

function made(t: TestContext, program: string): Made {
  const folder = temporaryFolder(t);
  const [gitdir, state] = [join(folder, 'store.git'), join(folder, 'state')];
  mkdirSync(state);
  const spawned: string[] = [];
  const host = testHost({ onSpawn: (_, args) => spawned.push(args.filter((arg) => !/^-|=/.test(arg))[0] ?? '') });
  const open = () => {
    const engine = systemEngine({ host, path: program, gitdir, state });
    t.after(() => engine.close());
    return engine;
  };
  return { open, spawned, gitdir, program };
}

/** A git that says which version it is, and does everything else as git does. */
function gitOfVersion(t: TestContext, git: string, version: string): string {
  const program = join(temporaryFolder(t), 'git');
  const text = `#!/bin/sh\ncase " $* " in *" version "*) echo "git version ${version}";; *) exec ${git} "$@";; esac\n`;
  writeFileSync(program, text);
  chmodSync(program, 0o755);
  return program;
}

async function realGit(): Promise<string> {
  const git = await findGit(testHost());
  assert.ok(git);
  return git;
}

test('a change starts no git but the one that tells its version, and that once for each program', async (t) => {
  const program = gitOfVersion(t, await realGit(), '2.39.1');
  const { open, spawned } = made(t, program);
  const change = async (ref: string) => {
    const engine = open();
    await engine.init();
    const tip = await commitFile(engine, 'a', ref);
    await engine.moveRefs([{ ref, from: null, to: tip }]);
    assert.deepEqual(await engine.refs(ref), [{ name: ref, oid: tip }]);
    await engine.maintain();
    await engine.close();
  };
  for (const name of ['a', 'b']) await change(`refs/heads/${name}`);
  assert.deepEqual(spawned, ['version']);
  appendFileSync(program, '# another one\n');
  await change('refs/heads/c');
  assert.deepEqual(spawned, ['version', 'version']);
});

test('a git that is too old is refused each time', async (t) => {
  const { open, spawned } = made(t, gitOfVersion(t, await realGit(), '2.38.9'));
  for (let n = 1; n <= 2; n += 1) {
    const engine = open();
    await engine.init();
    await assert.rejects(engine.writer(), (error) => error instanceof ConvoError && /2\.38 is older than 2\.39/.test(error.message));
    assert.equal(spawned.length, n);
  }
});

test('refs that are kept otherwise than in files are left to git', async (t) => {
  const { open, spawned, gitdir } = made(t, await realGit());
  const engine = open();
  await engine.init();
  const tip = await commitFile(engine, 'a', '1');
  await engine.moveRefs([{ ref: 'refs/heads/a', from: null, to: tip }]);
  const config = readFileSync(join(gitdir, 'config'), 'utf8');
  writeFileSync(join(gitdir, 'config'), `${config.replace('version = 0', 'version = 1')}[extensions]\n\trefStorage = reftable\n`);
  const other = open();
  await other.init();
  spawned.length = 0;
  await other.moveRefs([{ ref: 'refs/heads/b', from: null, to: tip }]).catch(() => undefined); // an old git knows no such storage
  await other.refs('refs/heads/').catch(() => undefined);
  assert.deepEqual(spawned, ['update-ref', 'for-each-ref']);
});
