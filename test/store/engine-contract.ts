import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ConvoError } from '../../src/errors.ts';
import type { Host } from '../../src/host.ts';
import { plainText } from '../../src/store/commit.ts';
import { openEngine } from '../../src/store/engine.ts';
import type { GitEngine, GitObject, Named, NewCommit, Oid } from '../../src/store/git.ts';
import { objectId } from '../../src/store/objects.ts';
import { fsck, git, temporaryFolder, testHost } from './sandbox.ts';

export type Choice = 'system' | 'isomorphic';

export interface Opened {
  engine: GitEngine;
  gitdir: string;
  /** git commands started so far, by name. */
  spawned: string[];
}

const bytes = (text: string) => Buffer.from(text, 'utf8');
const textOf = (object: GitObject | undefined) => (object ? Buffer.from(object.content).toString('utf8') : undefined);
const absent = '1'.repeat(40) as Oid;

/** Opens an engine over a new store; it is closed when the test ends. */
export async function openNew(t: TestContext, choice: Choice, changes: Partial<Host> = {}): Promise<Opened> {
  const gitdir = join(temporaryFolder(t), 'store.git');
  const spawned: string[] = [];
  const host = testHost({ onSpawn: (_, args) => spawned.push(args.filter((arg) => !/^-|=/.test(arg))[0] ?? ''), ...changes });
  const engine = await openEngine(host, gitdir, choice);
  t.after(() => engine.close());
  await engine.init();
  return { engine, gitdir, spawned };
}

/** Writes one commit with one file; returns its id. */
export async function commitFile(engine: GitEngine, path: string, content: string, parents: Named[] = []): Promise<Oid> {
  const writer = await engine.writer();
  const blob = await writer.blob(bytes(content));
  const commit = await writer.commit({ parents, changes: [[path, blob]], text: plainText(`Add ${path}`, 1_700_000_000) });
  return (await writer.finish())(commit);
}

const code = (expected: string) => (error: unknown) => error instanceof ConvoError && error.code === expected;

/** Registers the conformance suite for one engine. */
export function contract(choice: Choice): void {
  const named = (name: string, run: (t: TestContext) => Promise<void>) => test(`${choice}: ${name}`, run);

  named('init makes a bare repository that git accepts, and does nothing the second time', async (t) => {
    const { engine, gitdir } = await openNew(t, choice);
    await engine.init();
    assert.equal(git(gitdir, ['rev-parse', '--is-bare-repository']), 'true\n');
    assert.equal(fsck(gitdir), '');
    assert.deepEqual(await engine.refs('refs/'), []);
  });

  named('what is written is read back, and by git', async (t) => {
    const { engine, gitdir } = await openNew(t, choice);
    const tip = await commitFile(engine, 'turns/00/a b "q".md', 'hello\n');
    await engine.moveRefs([{ ref: 'refs/heads/codex/x/main', from: null, to: tip }]);
    const blob = objectId('blob', bytes('hello\n'));
    for (const name of [`${tip}:turns/00/a b "q".md`, 'refs/heads/codex/x/main:turns/00/a b "q".md', blob]) {
      assert.equal(textOf(await engine.read(name)), 'hello\n', name);
    }
    assert.equal((await engine.read('refs/heads/codex/x/main'))?.oid, tip);
    assert.equal((await engine.read(`${tip}^{tree}`))?.type, 'tree');
    assert.equal((await engine.read(`${tip}:turns`))?.type, 'tree');
    assert.equal(git(gitdir, ['log', '--format=%an|%cn|%ct|%s', 'codex/x/main']), 'convo|convo|1700000000|Add turns/00/a b "q".md\n');
    assert.equal(fsck(gitdir), '');
  });

  named('what is not there is undefined, in every form of a name', async (t) => {
    const { engine } = await openNew(t, choice);
    const tip = await commitFile(engine, 'a/b', 'x');
    await engine.moveRefs([{ ref: 'refs/heads/main', from: null, to: tip }]);
    const names = [
      absent,
      `${absent}^{tree}`,
      `${absent}:a`,
      'refs/heads/no',
      'refs/heads/no:a',
      `${tip}:c`,
      `${tip}:a/c`,
      `${tip}:a/b/c`,
      'refs/heads/main:c',
    ];
    for (const name of names) assert.equal(await engine.read(name), undefined, name);
    await assert.rejects(engine.read('main'), TypeError);
    await assert.rejects(engine.read('--help'), TypeError);
  });

  named('many objects come in order, missing ones between them, and reading inside the loop works', async (t) => {
    const { engine, spawned } = await openNew(t, choice);
    const writer = await engine.writer();
    const marks = [];
    for (let n = 0; n < 500; n += 1) marks.push(await writer.blob(bytes(`blob ${n}\n`.repeat(n % 50))));
    const names: string[] = [];
    for (const [n, mark] of marks.entries()) names.push(n % 7 === 0 ? absent : await writer.id(mark));
    await writer.finish();
    let n = 0;
    for await (const object of engine.readMany(names)) {
      assert.equal(textOf(object), n % 7 === 0 ? undefined : `blob ${n}\n`.repeat(n % 50));
      if (n % 100 === 1) assert.ok(await engine.read(names[1] ?? ''));
      n += 1;
    }
    assert.equal(n, 500);
    assert.ok(spawned.filter((name) => name === 'cat-file').length <= 1);
  });

  named('large objects and bytes of every value pass', async (t) => {
    const { engine } = await openNew(t, choice);
    const content = Buffer.alloc(3 << 20, Buffer.from(Array.from({ length: 256 }, (_, n) => n)));
    const writer = await engine.writer();
    const large = await writer.blob(content);
    const empty = await writer.blob(new Uint8Array());
    const ids = [await writer.id(large), await writer.id(empty)] as const;
    await writer.finish();
    assert.ok(content.equals((await engine.read(ids[0]))?.content ?? new Uint8Array()));
    assert.equal((await engine.read(ids[1]))?.content.length, 0);
  });

  named('roots, forks, merges, other bases, removals and clashes give the trees that git gives', async (t) => {
    const { engine, gitdir } = await openNew(t, choice);
    const writer = await engine.writer();
    const blob = await writer.blob(bytes('x'));
    const make = (changes: NewCommit['changes'], more: Partial<NewCommit> = {}) =>
      writer.commit({ parents: [], changes, text: plainText('c', 9), ...more });
    const root = await make([
      ['a/b/c', blob],
      ['d', blob],
    ]);
    const other = await make([['e', blob]]);
    const fork = await make([['f', blob]], { parents: [root] });
    const tips = {
      remove: await make([['a/b/c', null]], { parents: [root] }),
      merge: await make([['g', blob]], { parents: [fork, other] }),
      base: await make([['h', blob]], { parents: [fork], base: other }),
      empty: await make([['i', blob]], { parents: [fork], base: null }),
      adopt: await make([['j', blob]], { base: root }),
      clash: await make(
        [
          ['d/k', blob],
          ['a', blob],
        ],
        { parents: [root] },
      ),
      nothing: await make(
        [
          ['no', null],
          ['d/no', null],
        ],
        { parents: [root] },
      ),
      same: await make([], { parents: [root] }),
    };
    const id = await writer.finish();
    await engine.moveRefs(Object.entries(tips).map(([name, tip]) => ({ ref: `refs/heads/${name}`, from: null, to: id(tip) })));
    const paths = (name: string) => git(gitdir, ['ls-tree', '-r', '-t', '--name-only', name]).split('\n').filter(Boolean).join();
    assert.equal(paths('remove'), 'd');
    assert.equal(paths('merge'), 'a,a/b,a/b/c,d,f,g');
    assert.equal(paths('base'), 'e,h');
    assert.equal(paths('empty'), 'i');
    assert.equal(paths('adopt'), 'a,a/b,a/b/c,d,j');
    assert.equal(paths('clash'), 'a,d,d/k');
    assert.equal(paths('nothing'), 'a,a/b,a/b/c,d');
    assert.equal(paths('same'), 'a,a/b,a/b/c,d');
    assert.equal(git(gitdir, ['rev-parse', 'merge^1', 'merge^2']), `${id(fork)}\n${id(other)}\n`);
    assert.equal(git(gitdir, ['rev-list', '--count', 'adopt']), '1\n');
    assert.equal(fsck(gitdir), '');
  });

  named('commits build on stored ones, and a writer tells ids before the end', async (t) => {
    const { engine, gitdir } = await openNew(t, choice);
    const first = await commitFile(engine, 'a', '1');
    const writer = await engine.writer();
    const blob = await writer.blob(bytes('2'));
    assert.equal(await writer.id(blob), objectId('blob', bytes('2')));
    const commit = await writer.commit({ parents: [first], changes: [['b', blob]], text: plainText('second', 9) });
    const early = await writer.id(commit);
    assert.equal(await engine.read(early), undefined);
    const id = await writer.finish();
    assert.equal(id(commit), early);
    await engine.moveRefs([{ ref: 'refs/heads/main', from: null, to: early }]);
    assert.equal(git(gitdir, ['ls-tree', '--name-only', 'main']), 'a\nb\n');
  });

  named('an aborted writer leaves nothing, and one with a parent that is not there fails', async (t) => {
    const { engine, gitdir } = await openNew(t, choice);
    const writer = await engine.writer();
    for (let n = 0; n < 200; n += 1) await writer.blob(bytes(`${n}`.repeat(1_000)));
    await writer.abort();
    await assert.rejects(commitFile(engine, 'a', 'x', [absent]), ConvoError);
    await engine.close();
    assert.deepEqual(readdirSync(join(gitdir, 'convo')), []);
    assert.deepEqual(readdirSync(join(gitdir, 'objects')).sort(), ['info', 'pack']);
    assert.deepEqual(readdirSync(join(gitdir, 'objects/pack')), []);
    assert.deepEqual(
      readdirSync(gitdir).filter((name) => name.startsWith('fast_import')),
      [],
    );
  });

  named('refs move all or none, and only from where they are said to stand', async (t) => {
    const { engine, gitdir } = await openNew(t, choice);
    const one = await commitFile(engine, 'a', '1');
    const two = await commitFile(engine, 'a', '2', [one]);
    const refs = async () => (await engine.refs('refs/')).map(({ name, oid }) => `${name} ${oid === one ? 1 : 2}`).join();
    await engine.moveRefs([
      { ref: 'refs/heads/b', from: null, to: one },
      { ref: 'refs/heads/a', from: null, to: one },
    ]);
    const wrong = [
      { ref: 'refs/heads/a', from: one, to: two },
      { ref: 'refs/heads/b', from: two, to: one },
    ];
    await assert.rejects(engine.moveRefs(wrong), (error) => code('ref-moved')(error) && (error as ConvoError).data.ref === 'refs/heads/b');
    await assert.rejects(engine.moveRefs([{ ref: 'refs/heads/a', from: null, to: two }]), code('ref-moved'));
    await assert.rejects(engine.moveRefs([{ ref: 'refs/heads/c', from: one, to: null }]), code('ref-moved'));
    await assert.rejects(engine.moveRefs([{ ref: 'refs/heads/c', from: null, to: absent }]), ConvoError);
    await assert.rejects(engine.moveRefs([{ ref: 'refs/heads/a/b', from: null, to: one }]), code('git-failed'));
    assert.equal(await refs(), 'refs/heads/a 1,refs/heads/b 1');
    await engine.moveRefs([
      { ref: 'refs/heads/a', from: one, to: two },
      { ref: 'refs/heads/b', from: one, to: null },
      { ref: 'refs/convo/ops', from: null, to: one },
    ]);
    assert.equal(await refs(), 'refs/convo/ops 1,refs/heads/a 2');
    await assert.rejects(engine.moveRefs([{ ref: '-x', from: null, to: one }]), TypeError);
    await assert.rejects(engine.moveRefs([{ ref: 'refs/heads/../../x', from: null, to: one }]), TypeError);
    assert.equal(fsck(gitdir), '');
  });

  named('refs that were told of before their objects came move as others do, or not at all', async (t) => {
    const { engine, gitdir } = await openNew(t, choice);
    const ref = 'refs/heads/a';
    const before = await commitFile(engine, 'a', '1');
    await engine.moveRefs([{ ref, from: null, to: before }]);
    const writer = await engine.writer();
    const changes: NewCommit['changes'] = [['b', await writer.blob(bytes('2'))]];
    const commit = await writer.commit({ parents: [before], changes, text: plainText('Add b', 1_700_000_000) });
    const tip = (await writer.finish([commit, commit, before]))(commit);
    await assert.rejects(engine.moveRefs([{ ref, from: tip, to: tip }]), code('ref-moved'));
    await engine.moveRefs([
      { ref: 'refs/heads/b', from: null, to: tip },
      { ref, from: before, to: tip },
    ]);
    await engine.moveRefs([{ ref: 'refs/heads/c', from: null, to: before }]);
    assert.deepEqual(
      (await engine.refs('refs/heads/')).map(({ oid }) => oid),
      [tip, tip, before],
    );
    assert.equal(fsck(gitdir), '');
    await engine.close();
    assert.deepEqual(readdirSync(join(gitdir, 'convo')), []);
  });

  named('many new refs are created all or none, beside one that moves', async (t) => {
    const { engine, gitdir, spawned } = await openNew(t, choice);
    const one = await commitFile(engine, 'a', '1');
    const two = await commitFile(engine, 'a', '2', [one]);
    await engine.moveRefs([{ ref: 'refs/heads/main', from: null, to: one }]);
    const many = Array.from({ length: 100 }, (_, n) => ({ ref: `refs/heads/tool/c${n}/main`, from: null, to: two }));
    const main = { ref: 'refs/heads/main', from: one, to: two };
    const before = spawned.length;
    await engine.moveRefs([...many.slice(1), main]);
    assert.ok(spawned.slice(before).filter((name) => name === 'update-ref').length <= 1);
    const listed = git(gitdir, ['for-each-ref', '--format=%(refname) %(objectname)']);
    assert.equal(listed.trim().split('\n').length, 100);
    assert.ok(
      listed
        .split('\n')
        .filter(Boolean)
        .every((line) => line.endsWith(two)),
    );

    const again = many.map(({ ref, to }) => ({ ref: ref.replace('tool', 'other'), from: null, to }));
    const taken = { ref: 'refs/heads/tool/c7/main', from: null, to: two };
    const back = { ref: 'refs/heads/main', from: two, to: one };
    await assert.rejects(engine.moveRefs([...again, taken, back]), code('ref-moved'));
    await assert.rejects(engine.moveRefs([...again, { ...main, from: one }]), code('ref-moved'));
    await assert.rejects(engine.moveRefs([...again, { ref: 'refs/heads/x', from: null, to: absent }, back]), code('bad-object'));
    assert.equal(git(gitdir, ['for-each-ref', '--format=%(refname) %(objectname)']), listed);
    await engine.moveRefs(again);
    assert.equal((await engine.refs('refs/heads/')).length, 200);
    assert.equal(fsck(gitdir), '');
    assert.ok(!existsSync(join(gitdir, 'packed-refs.lock')));
  });

  named('packed refs and packed objects are read, moved and deleted', async (t) => {
    const { engine, gitdir } = await openNew(t, choice);
    const one = await commitFile(engine, 'a', '1');
    const two = await commitFile(engine, 'a', '2', [one]);
    const names = ['a', 'b', 'c/d', 'e'];
    await engine.moveRefs(names.map((name) => ({ ref: `refs/heads/${name}`, from: null, to: two })));
    git(gitdir, ['gc', '-q']);
    assert.ok(!existsSync(join(gitdir, 'refs/heads/a')));
    assert.equal(textOf(await engine.read('refs/heads/c/d:a')), '2');
    await engine.moveRefs([
      { ref: 'refs/heads/a', from: two, to: one },
      { ref: 'refs/heads/b', from: two, to: null },
    ]);
    await assert.rejects(engine.moveRefs([{ ref: 'refs/heads/c', from: null, to: one }]), code('git-failed'));
    await assert.rejects(engine.moveRefs([{ ref: 'refs/heads/e/f', from: null, to: one }]), code('git-failed'));
    await engine.moveRefs([{ ref: 'refs/heads/c/d', from: two, to: null }]);
    await engine.moveRefs([{ ref: 'refs/heads/c', from: null, to: one }]);
    assert.deepEqual(await engine.refs('refs/heads/'), [
      { name: 'refs/heads/a', oid: one },
      { name: 'refs/heads/c', oid: one },
      { name: 'refs/heads/e', oid: two },
    ]);
    assert.equal(git(gitdir, ['for-each-ref', '--format=%(refname)']), 'refs/heads/a\nrefs/heads/c\nrefs/heads/e\n');
    assert.deepEqual(await engine.refs('refs/heads/e'), [{ name: 'refs/heads/e', oid: two }]);
    assert.deepEqual(await engine.refs('refs/head'), []);
    assert.equal(fsck(gitdir), '');
  });

  named('damage is told apart from absence, and check names it', async (t) => {
    const { engine: writing, gitdir } = await openNew(t, choice);
    const tip = await commitFile(writing, 'a', 'whole content');
    await writing.moveRefs([{ ref: 'refs/heads/main', from: null, to: tip }]);
    assert.deepEqual((await writing.check()).problems, []);
    unpack(gitdir);
    const engine = await openEngine(testHost(), gitdir, choice); // that one has its pack open
    t.after(() => engine.close());
    const blob = objectId('blob', bytes('whole content'));
    const path = join(gitdir, 'objects', blob.slice(0, 2), blob.slice(2));
    chmodSync(path, 0o600);
    truncateSync(path, 5);
    await assert.rejects(engine.read(blob), ConvoError);
    await assert.rejects(engine.read('refs/heads/main:a'), ConvoError);
    assert.ok((await engine.check()).problems.some((line) => line.includes(blob)));
    rmSync(path);
    assert.equal(await engine.read(blob), undefined);
    await assert.rejects(engine.read('refs/heads/main:a'), ConvoError);
    assert.ok((await engine.check()).problems.some((line) => line.includes(blob)));
  });

  named('an empty ref file is damage, never an unborn branch', async (t) => {
    const { engine, gitdir } = await openNew(t, choice);
    const tip = await commitFile(engine, 'a', 'x');
    await engine.moveRefs([{ ref: 'refs/heads/main', from: null, to: tip }]);
    writeFileSync(join(gitdir, 'refs/heads/main'), '');
    await assert.rejects(engine.refs('refs/'), ConvoError);
    await assert.rejects(engine.read('refs/heads/main'), ConvoError);
    await assert.rejects(engine.moveRefs([{ ref: 'refs/heads/main', from: null, to: tip }]), ConvoError);
    assert.notDeepEqual((await engine.check()).problems, []);
  });

  named('everything is private whatever the umask', async (t) => {
    const before = process.umask(0);
    t.after(() => process.umask(before));
    const { engine, gitdir } = await openNew(t, choice);
    const tip = await commitFile(engine, 'a', 'x');
    await engine.moveRefs([
      { ref: 'refs/heads/t/c/main', from: null, to: tip },
      { ref: 'refs/heads/gone', from: null, to: tip },
    ]);
    await engine.maintain();
    await engine.moveRefs([{ ref: 'refs/heads/gone', from: tip, to: null }]);
    const open = ['', ...readdirSync(gitdir, { recursive: true, encoding: 'utf8' })].filter(
      (name) => (statSync(join(gitdir, name)).mode & 0o077) !== 0,
    );
    assert.deepEqual(open, []);
  });

  named('a sha256 repository is refused', async (t) => {
    const gitdir = join(temporaryFolder(t), 'store.git');
    git(gitdir, ['init', '-q', '--bare', '--object-format=sha256']);
    const engine = await openEngine(testHost(), gitdir, choice);
    t.after(() => engine.close());
    await assert.rejects(engine.init(), code('bad-config'));
    await assert.rejects(engine.writer(), code('bad-config'));
  });
}

/** Turns packs into loose objects, so that a test can get at one. */
function unpack(gitdir: string): void {
  const folder = join(gitdir, 'objects/pack');
  for (const name of readdirSync(folder).filter((candidate) => candidate.endsWith('.pack'))) {
    const pack = join(folder, name);
    const content = readFileSync(pack);
    rmSync(pack);
    rmSync(pack.replace(/pack$/, 'idx'));
    git(gitdir, ['unpack-objects', '-q'], content);
  }
}
