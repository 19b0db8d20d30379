import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { describe, type TestContext, test } from 'node:test';
import { conversationId, turnId } from '../../src/model/ids.ts';
import { randomBytes, sessionMark, turnMark } from '../../src/model/mark.ts';
import { reimport } from '../../src/ops/reimport.ts';
import { verify } from '../../src/ops/verify.ts';
import { Transcript, uuidOf } from '../support/claude-code.ts';
import { cliData } from '../support/cli-home.ts';
import { Rollout, uuid } from '../support/codex.ts';
import { type HomeFile, ImportHome } from '../support/import-home.ts';
import { Machine, refsOf, sharedRemote } from '../support/machine.ts';
import { claude, claudeFile, codexFile, conversationOf, resumedInClaude, resumedInCodex } from '../support/resumed.ts';
import { fsckOf, gitOf, tellStore, turnIds } from '../support/told-store.ts';

const session = '5e551000-0000-4000-8000-000000000000';

/** Three exchanges, a record a turn. */
function told(): Transcript {
  const t = new Transcript();
  for (const words of ['One', 'Two', 'Three']) {
    t.user(words);
    t.says(`To ${words}`);
  }
  return t;
}

function ask(t: Transcript, id: number, words: string): Transcript {
  const timestamp = new Date(Date.UTC(2026, 1, 2, 11, id)).toISOString();
  t.user(words, { uuid: uuidOf(id), timestamp });
  t.says(`To ${words}`, { uuid: uuidOf(id + 1), timestamp });
  return t;
}

const origin = claudeFile(session, told());
const middle = (): HomeFile => {
  const t = ask(resumedInClaude(told(), 4), 20, 'Other');
  return claudeFile(JSON.parse(t.lines[0] ?? '').sessionId, t);
};
const atTip = (): HomeFile => codexFile(resumedInCodex(told(), 6).exchange(uuid(70), 'More', 'To More'));

/** Branch → `n role`s of its thread with the words of the last one, without ids. */
function branches(gitdir: string): Record<string, string> {
  const refs = [...tellStore(gitdir).refs.keys()].filter((ref) => /^refs\/heads\/.*\/.*\//.test(ref));
  return Object.fromEntries(
    refs.map((ref) => {
      const pages = gitOf(gitdir, 'ls-tree', '-r', '--name-only', ref, 'turns/').trim().split('\n');
      const last = gitOf(gitdir, 'cat-file', 'blob', `${ref}:${pages.at(-1)}`);
      const words = last.split('\n').find((line) => /^(To |[A-Z][a-z]+$)/.test(line)) ?? '';
      return [ref.split('/').at(-1) ?? '', `${pages.length} ${words}`];
    }),
  );
}

const waiting = (gitdir: string) => [...tellStore(gitdir).refs.keys()].filter((ref) => ref.startsWith('refs/convo/waiting/'));

describe('what convo resumed comes home at import', () => {
  test('it goes on with the branch that ends where it was resumed, and makes one where that is in the middle', async (t) => {
    const home = new ImportHome(t);
    await home.putAll([origin]);
    await home.import();
    await home.putAll([atTip()]);
    const tip = await home.import();
    assert.deepEqual([tip.turnsAdded, tip.branchesAdded, tip.conversations.new], [2, 0, 0]);
    await home.putAll([middle()]);
    const fork = await home.import();
    assert.deepEqual([fork.turnsAdded, fork.branchesAdded, fork.conversations.new], [2, 1, 0]);
    const found = branches(home.gitdir());
    assert.equal(found.main, '8 To More');
    assert.deepEqual(Object.values(found).sort(), ['6 To Other', '8 To More']);
    const { id } = conversationOf(told());
    const page = gitOf(home.gitdir(), 'grep', '-h', '^tool:', `refs/heads/claude-code/${id}/main`, '--', 'turns/');
    assert.equal(page, 'tool: codex\ntool: codex\n');
    const card = gitOf(home.gitdir(), 'cat-file', 'blob', `refs/heads/main:conversations/${id[0]}/${id[1]}/${id}.md`);
    assert.match(card, /- \{tool: codex, source: [0-9a-f-]+, root: [0-9a-f-]+, branch: main\}/);
    assert.equal(fsckOf(home.gitdir()), '');
  });

  test('the same store by both engines, and in any order of the files', async (t) => {
    const files = [origin, middle(), atTip()];
    const home = new ImportHome(t);
    await home.putAll(files);
    await home.import();
    await home.import({ engine: 'isomorphic', store: 'other' });
    const one = tellStore(home.gitdir());
    assert.equal(one.tips.length, 2);
    const other = tellStore(home.gitdir('other'));
    assert.deepEqual([other.tips, other.raw, other.catalogue], [one.tips, one.raw, one.catalogue]);
    for (const order of [
      [1, 0, 2],
      [2, 1, 0],
      [0, 2, 1],
      [1, 2, 0],
    ]) {
      const staged = new ImportHome(t);
      for (const index of order) {
        await staged.put((files[index] as HomeFile).path, (files[index] as HomeFile).bytes);
        await staged.import();
      }
      const now = tellStore(staged.gitdir());
      assert.deepEqual([now.tips, now.raw], [one.tips, one.raw], order.join());
      assert.deepEqual(waiting(staged.gitdir()), [], order.join());
      assert.equal(fsckOf(staged.gitdir()), '', order.join());
    }
  });

  test('before its conversation it waits with all of its records, and says so; its file may go in between', async (t) => {
    const home = new ImportHome(t);
    const resumed = atTip();
    await home.put(resumed.path, resumed.bytes);
    const first = await home.import();
    assert.deepEqual([first.turnsAdded, first.unplaced.length, first.changed.length], [0, 1, 0]);
    assert.equal(first.unplaced[0]?.conversation, conversationOf(told()).id);
    const [ref = ''] = waiting(home.gitdir());
    const [chunk = ''] = gitOf(home.gitdir(), 'ls-tree', '-r', '--name-only', ref).trim().split('\n');
    assert.equal(gitOf(home.gitdir(), 'cat-file', 'blob', `${ref}:${chunk}`), Buffer.from(resumed.bytes).toString());
    assert.deepEqual((await home.import()).unplaced, [], 'an unchanged file is not read again');
    rmSync(home.path(resumed.path));
    await home.putAll([origin]);
    const second = await home.import();
    assert.deepEqual([second.turnsAdded, second.conversations.new], [8, 1]);
    assert.equal(branches(home.gitdir()).main, '8 To More');
    assert.deepEqual(waiting(home.gitdir()), []);
  });

  test('it grows where it is, and reading everything again changes nothing', async (t) => {
    const home = new ImportHome(t);
    await home.putAll([origin, middle(), atTip()]);
    await home.import();
    const rollout = resumedInCodex(told(), 6).exchange(uuid(70), 'More', 'To More').exchange(uuid(71), 'Even', 'To Even');
    await home.put(codexFile(rollout).path, rollout.text);
    const grown = await home.import();
    assert.deepEqual([grown.turnsAdded, grown.branchesAdded], [2, 0]);
    const before = tellStore(home.gitdir()).refs;
    await home.import({ again: true });
    assert.deepEqual(tellStore(home.gitdir()).refs, before);
  });

  test('several branches end where it was resumed, and no card says which: it goes on with main, the others stay', async (t) => {
    const home = new ImportHome(t);
    await home.putAll([origin]);
    await home.import();
    await cliData(home, ['branch', 'aaa', '@6']);
    await cliData(home, ['branch', 'try', '@6']);
    await home.putAll([atTip()]);
    const told = await home.import();
    assert.deepEqual([told.turnsAdded, told.branchesAdded, told.conversations.new], [2, 0, 0]);
    assert.deepEqual(branches(home.gitdir()), { main: '8 To More', aaa: '6 To Three', try: '6 To Three' });
    await home.import({ again: true });
    assert.equal(branches(home.gitdir()).main, '8 To More');
    assert.equal(fsckOf(home.gitdir()), '');
  });

  test('the original and what was resumed from it both go on: each has its line', async (t) => {
    const home = new ImportHome(t);
    await home.putAll([origin, atTip()]);
    await home.import();
    await home.put(origin.path, ask(told(), 40, 'Else').bytes);
    await home.import();
    assert.deepEqual(Object.values(branches(home.gitdir())).sort(), ['8 To Else', '8 To More']);
  });
});

describe('a forged mark does no harm', () => {
  const noise = new Uint8Array(randomBytes).fill(7);
  const { id, turns } = conversationOf(told());

  async function withForged(t: TestContext, forged: HomeFile) {
    const home = new ImportHome(t);
    await home.putAll([origin]);
    await home.import();
    const before = tellStore(home.gitdir());
    const ids = turnIds(home.gitdir());
    await home.putAll([forged]);
    const result = await home.import();
    const after = tellStore(home.gitdir());
    for (const [ref, oid] of before.refs) {
      if (!ref.startsWith('refs/heads/claude-code')) continue;
      gitOf(home.gitdir(), 'merge-base', '--is-ancestor', oid, after.refs.get(ref) ?? '');
    }
    for (const one of ids) assert.ok(turnIds(home.gitdir()).includes(one));
    assert.equal(fsckOf(home.gitdir()), '');
    return { result, found: branches(home.gitdir()), gitdir: home.gitdir() };
  }

  test('of a turn that is not there: a line of its own', async (t) => {
    const native = sessionMark(claude, id, turnId(claude, 'nowhere', 'user'), noise);
    const { found } = await withForged(t, codexFile(new Rollout({ id: native }).meta().exchange(uuid(80), 'Evil', 'To Evil')));
    assert.equal(found.main, '6 To Three');
    assert.deepEqual(Object.values(found).sort(), ['2 To Evil', '6 To Three']);
  });

  test('with other words for turns that are there: the stored ones stay', async (t) => {
    const rollout = resumedInCodex(told(), 6, 9, (text) => `Changed ${text}`).exchange(uuid(81), 'Evil', 'To Evil');
    const { found, gitdir } = await withForged(t, codexFile(rollout));
    assert.deepEqual(found, { main: '8 To Evil' });
    assert.throws(() => gitOf(gitdir, 'grep', 'Changed', `refs/heads/claude-code/${id}/main`));
  });

  test('that names a conversation of another tool waits for ever', async (t) => {
    const native = sessionMark('codex' as typeof claude, id, turns[5]?.id ?? turnId(claude, '', 'user'), noise);
    const { result, found } = await withForged(t, codexFile(new Rollout({ id: native }).meta().exchange(uuid(82), 'Evil', 'To Evil')));
    assert.deepEqual([found, result.unplaced.length], [{ main: '6 To Three' }, 1]);
  });

  test('does not take a conversation along that shares its turns', async (t) => {
    const other = new Transcript({ sessionId: '5e551000-0000-4000-8000-000000000009' });
    other.user('Mine', { uuid: uuidOf(60) });
    other.says('To Mine', { uuid: uuidOf(61) });
    const native = sessionMark(claude, id, turns[5]?.id ?? turnId(claude, '', 'user'), noise);
    const thief = new Transcript({ sessionId: native });
    for (const line of other.lines) thief.lines.push(line.replace('5e551000-0000-4000-8000-000000000009', native));
    const home = new ImportHome(t);
    await home.putAll([origin]);
    await home.import();
    await home.putAll([claudeFile(native, thief), claudeFile('5e551000-0000-4000-8000-000000000009', other)]);
    await home.import();
    const own = conversationId(claude, uuidOf(60));
    assert.ok(tellStore(home.gitdir()).refs.has(`refs/heads/claude-code/${own}/main`));
  });

  test('of a turn never becomes the page of that turn', async (t) => {
    const [first] = turns;
    assert.ok(first);
    const stranger = new Rollout({ id: uuid(90) })
      .meta()
      .begin(turnMark(first.id, 'user', noise))
      .prompt('Not mine')
      .end('');
    const home = new ImportHome(t);
    await home.putAll([codexFile(stranger)]);
    await home.import();
    await home.putAll([origin]);
    await home.import();
    assert.equal(Object.values(branches(home.gitdir())).filter((told) => told === '6 To Three').length, 1);
    const pages = gitOf(home.gitdir(), 'grep', '-h', '^One$', ...tellStore(home.gitdir()).tips, '--', 'turns/');
    assert.equal(pages, 'One\n');
  });
});

describe('what convo resumed, between machines', () => {
  test('imported before the first sync it is placed by the next one, and all machines agree', async (t) => {
    const remote = sharedRemote(t);
    const [one, other] = [new Machine(t, remote), new Machine(t, remote)];
    await one.home.putAll([origin, middle()]);
    await one.import();
    await one.run('sync');
    await other.home.putAll([atTip()]);
    assert.equal((await other.import()).unplaced.length, 1);
    await other.run('sync');
    assert.equal(branches(other.gitdir).main, '8 To More');
    assert.deepEqual(waiting(other.gitdir), []);
    for (const machine of [other, one, other]) await machine.run('sync');
    assert.equal(refsOf(one.gitdir), refsOf(other.gitdir));
    const alone = new ImportHome(t);
    await alone.putAll([origin, middle(), atTip()]);
    await alone.import();
    assert.deepEqual(tellStore(one.gitdir).tips, tellStore(alone.gitdir()).tips);
    await other.import();
    const verified = await other.with((store, context) => verify(context, store));
    assert.deepEqual(
      verified.checks.flatMap(({ problems }) => problems),
      [],
    );
  });

  test('deriving everything again from raw changes nothing', async (t) => {
    const machine = new Machine(t, sharedRemote(t));
    await machine.home.putAll([origin, middle(), atTip()]);
    await machine.import();
    const before = tellStore(machine.gitdir).refs;
    const { changed } = await machine.with((store, context) => reimport(context, store, { revisions: [], dryRun: false }));
    assert.deepEqual(changed, []);
    assert.deepEqual(tellStore(machine.gitdir).refs, before);
  });
});
