import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { storeBackend } from '../../src/ops/backend.ts';
import { openContext } from '../../src/ops/context.ts';
import { type DiffResult, diff } from '../../src/ops/diff.ts';
import { git } from '../store/sandbox.ts';
import { ImportHome } from '../support/import-home.ts';
import { fixtureScenes } from '../support/scenes.ts';

const scene = (name: string) => fixtureScenes().find((one) => one.name === name)?.files ?? [];

/** A store that holds one conversation of Codex with two branches, and the refs of both. */
async function forked(t: TestContext): Promise<{ home: ImportHome; main: string; fork: string }> {
  const home = new ImportHome(t);
  await home.putAll(scene('fixture codex/asked-again'));
  await home.import();
  const refs = git(home.gitdir(), ['for-each-ref', '--format=%(refname)', 'refs/heads/codex']).trim().split('\n');
  const [main = '', fork = ''] = refs.sort((a, b) => Number(b.endsWith('/main')) - Number(a.endsWith('/main')));
  return { home, main, fork };
}

async function compare(home: ImportHome, a: string, b: string, engine = 'system'): Promise<DiffResult> {
  const context = openContext(home.host(), async () => storeBackend(), { store: home.store(), engine });
  try {
    return await diff(context, { a, b });
  } finally {
    await context.close();
  }
}

const nameOf = (ref: string) => ref.split('/').slice(-2).join('/');
const rows = ({ changes }: DiffResult) => changes.map(({ change }) => change).join(' ');

test('the base of two branches is the one that git names, by both engines', async (t) => {
  const { home, main, fork } = await forked(t);
  for (const engine of ['system', 'isomorphic']) {
    const result = await compare(home, nameOf(main), nameOf(fork), engine);
    assert.equal(result.base?.commit, git(home.gitdir(), ['merge-base', main, fork]).trim());
    assert.equal(result.base?.turn.n, 2);
    assert.equal(result.base?.merged, undefined);
    assert.equal(rows(result), 'changed changed');
  }
  const earlier = await compare(home, `${nameOf(main)}@3`, nameOf(fork));
  assert.equal(earlier.base?.commit, git(home.gitdir(), ['merge-base', main, fork]).trim());
  assert.equal(rows(earlier), 'changed added');
});

test('what a merge brought over is left out', async (t) => {
  const { home, main, fork } = await forked(t);
  const tips = [main, fork].map((ref) => git(home.gitdir(), ['rev-parse', ref]).trim());
  const [one = '', other = ''] = tips;
  const identity = ['-c', 'user.name=convo', '-c', 'user.email=convo@localhost'];
  const tree = git(home.gitdir(), ['rev-parse', `${main}^{tree}`]).trim();
  const merge = git(home.gitdir(), [...identity, 'commit-tree', tree, '-p', one, '-p', other, '-m', 'Merge']).trim();
  git(home.gitdir(), ['update-ref', main, merge]);
  for (const name of ['listing', 'turns']) rmSync(join(home.store(), 'state', name), { force: true });
  const result = await compare(home, nameOf(main), nameOf(fork));
  assert.equal(result.base?.commit, other);
  assert.equal(result.base?.merged, 'a');
  assert.equal(rows(result), 'removed removed');
  const turnedRound = await compare(home, nameOf(fork), nameOf(main));
  assert.equal(turnedRound.base?.merged, 'b');
  assert.equal(rows(turnedRound), 'added added');
});

test('a conversation of another tool that was asked the same has no base', async (t) => {
  const { home, main } = await forked(t);
  await home.putAll(scene('fixture claude-code/everyday'));
  await home.import();
  const other = git(home.gitdir(), ['for-each-ref', '--format=%(refname)', 'refs/heads/claude-code']).trim().split('\n')[0] ?? '';
  const result = await compare(home, nameOf(main), other.split('/').at(-2) ?? '');
  assert.equal(result.base, undefined);
  assert.equal(result.changes[0]?.change, 'changed');
});

test('no more commits are read than lie behind the base', async (t) => {
  const { home, main, fork } = await forked(t);
  const context = openContext(home.host(), async () => storeBackend(), { store: home.store(), engine: 'system' });
  t.after(() => context.close());
  const reader = await context.reader();
  let walked = 0;
  const { commits } = reader;
  reader.commits = async function* counted(tip) {
    for await (const commit of commits(tip)) {
      walked += 1;
      yield commit;
    }
  };
  await diff(context, { a: nameOf(main), b: nameOf(fork) });
  assert.ok(walked <= 6, `${walked} commits`);
});

test('what is told of a whole turn is not told of its first steps', async (t) => {
  const home = new ImportHome(t);
  await home.putAll(scene('fixture claude-code/everyday'));
  await home.import();
  const [conversation = ''] = git(home.gitdir(), ['for-each-ref', '--format=%(refname:lstrip=3)', 'refs/heads/claude-code'])
    .split('\n')
    .map((name) => name.split('/')[0] ?? '');
  const { facts } = await compare(home, `${conversation}@2.3`, `${conversation}@2`);
  assert.deepEqual([facts.a.tokens.output, facts.a.working], [undefined, 0]);
  assert.ok((facts.b.tokens.output ?? 0) > 0);
});
