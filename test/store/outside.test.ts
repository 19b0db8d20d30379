import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { disk, type HostFs } from '../../src/host.ts';
import { recoverOutside, removeOutside, settleOutside, writeOutside } from '../../src/store/outside.ts';
import { hostAt } from '../support/sources.ts';
import { type Fault, faultyFs } from './faulty-fs.ts';

const conversation = '-w-app/one.jsonl';
const files = [
  { path: conversation, bytes: Buffer.from('{"one":1}\n') },
  { path: '-w-app/one/subagents/agent-a1.jsonl', bytes: Buffer.from('{"agent":1}\n') },
  { path: '-w-app/one/tool-results/b.txt', bytes: Buffer.from('whole') },
];

/** A home folder with the tool's folder, one outside of it, and where the store keeps its state. */
function places(t: TestContext) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'convo-outside-')));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [home, out, state] = ['home', 'out', 'state'].map((name) => join(folder, name)) as [string, string, string];
  for (const path of [join(home, '.claude', 'projects'), out, state]) mkdirSync(path, { recursive: true });
  const root = join(home, '.claude', 'projects');
  const write = (fs: HostFs = disk) => writeOutside({ ...hostAt(home), fs }, state, { root, trusted: home }, files);
  return { home, out, state, root, write };
}

const below = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort() : []);

type Places = ReturnType<typeof places>;

/** Puts a link there, whatever was there. */
function link(path: string, to: string): void {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(to, path);
}

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** A link, or something else that is no plain way, somewhere between the home folder and a file. */
const layouts: [name: string, lay: (at: Places) => void][] = [
  ['the tool is a link', ({ home, out }) => link(join(home, '.claude'), out)],
  ['the tool is a link that leads nowhere', ({ home, out }) => link(join(home, '.claude'), join(out, 'no'))],
  ['the tool is a link to itself', ({ home }) => link(join(home, '.claude'), '.claude')],
  ['the folder of conversations is a link', ({ root, out }) => link(root, out)],
  ['... by a relative path', ({ root }) => link(root, '../../out')],
  ['... that leads nowhere', ({ root, out }) => link(root, join(out, 'no'))],
  ['... to the folder above it', ({ root }) => link(root, '.')],
  ['the project is a link', ({ root, out }) => link(join(root, '-w-app'), out)],
  ['the project is a link inside of the tool', ({ root }) => link(join(root, '-w-app'), '..')],
  ['the project is a link that leads nowhere', ({ root, out }) => link(join(root, '-w-app'), join(out, 'no'))],
  [
    'the project is a loop',
    ({ root }) => {
      link(join(root, '-w-app'), '-b');
      link(join(root, '-b'), '-w-app');
    },
  ],
  ['the project is a file', ({ root }) => put(join(root, '-w-app'), '')],
  ['the conversation is a link that leads nowhere', ({ root, out }) => link(join(root, conversation), join(out, 'x'))],
  [
    'the conversation is a link to a file',
    ({ root, out }) => {
      put(join(out, 'x'), 'theirs');
      link(join(root, conversation), join(out, 'x'));
    },
  ],
  ['the conversation is a link to itself', ({ root }) => link(join(root, conversation), 'one.jsonl')],
  ['the conversation is there', ({ root }) => put(join(root, conversation), 'theirs')],
  ['the conversation is a folder', ({ root }) => put(join(root, conversation, 'x'), 'theirs')],
  ['the folder beside it is a link', ({ root, out }) => link(join(root, '-w-app/one'), out)],
  ['the folder of agents is a link', ({ root, out }) => link(join(root, '-w-app/one/subagents'), out)],
  ['a spilled result is a link', ({ root, out }) => link(join(root, '-w-app/one/tool-results/b.txt'), join(out, 'x'))],
  ['the folder of results leads nowhere', ({ root, out }) => link(join(root, '-w-app/one/tool-results'), join(out, 'no'))],
];

/** A disk on which the folder of the project becomes a link to elsewhere before the `at`-th call; 0: never, to count them. */
function swapping(place: Places, at: number): { place: Places; fs: HostFs; count(): number } {
  let calls = 0;
  const project = join(place.root, '-w-app');
  const fs = new Proxy(disk, {
    get(target, name, receiver) {
      const call = Reflect.get(target, name, receiver);
      if (typeof call !== 'function') return call;
      return (...args: unknown[]) => {
        calls += 1;
        if (calls === at) {
          if (existsSync(project)) renameSync(project, `${project}-before`);
          symlinkSync(place.out, project);
        }
        return Reflect.apply(call, target, args);
      };
    },
  });
  return { place, fs, count: () => calls };
}

describe('files that are written outside of the store', () => {
  test('are private, whole, and taken away again with their folders', async (t) => {
    const { root, state, home, write } = places(t);
    const before = below(home);
    const wrote = await write();
    for (const { path, bytes } of files) {
      const stat = lstatSync(join(root, path));
      assert.deepEqual([readFileSync(join(root, path)), stat.mode & 0o777, stat.nlink], [bytes, 0o600, 1]);
      assert.equal(lstatSync(dirname(join(root, path))).mode & 0o777, 0o700);
    }
    await settleOutside(hostAt(home), state);
    assert.deepEqual([readdirSync(state), (await removeOutside(disk, wrote)).kept], [[], []]);
    assert.deepEqual(below(home), before);
  });

  for (const [name, lay] of layouts)
    test(`${name}: nothing is written there or elsewhere`, async (t) => {
      const at = places(t);
      lay(at);
      const before = [below(at.home), below(at.out), existsSync(join(at.out, 'x')) ? readFileSync(join(at.out, 'x'), 'utf8') : ''];
      await assert.rejects(at.write(), { code: 'way-blocked' });
      assert.deepEqual(
        [below(at.home), below(at.out), existsSync(join(at.out, 'x')) ? readFileSync(join(at.out, 'x'), 'utf8') : ''],
        before,
      );
      assert.deepEqual(readdirSync(at.state), []);
    });

  test('a folder that becomes a link while it is written: nothing stays where the link leads', async (t) => {
    const counting = swapping(places(t), 0);
    await counting.place.write(counting.fs);
    let refused = 0;
    for (let at = 1; at <= counting.count(); at += 1) {
      const { place, fs } = swapping(places(t), at);
      const error = await place.write(fs).then(
        () => undefined,
        (reason: unknown) => reason as { code?: string },
      );
      if (error) refused += 1;
      assert.ok(error === undefined || ['way-blocked', 'cannot-write'].includes(error.code ?? ''), `step ${at}: ${String(error)}`);
      assert.deepEqual(below(place.out), [], `step ${at}`);
    }
    assert.ok(refused > 5);
  });

  test('what leads to the home folder may be links; a folder that may not be written says so', async (t) => {
    const at = places(t);
    symlinkSync(at.home, `${at.home}-link`);
    const root = join(`${at.home}-link`, '.claude', 'projects');
    await writeOutside(hostAt(at.home), at.state, { root, trusted: `${at.home}-link` }, files);
    assert.ok(existsSync(join(at.root, conversation)));
    if (process.getuid?.() === 0) return;
    chmodSync(at.root, 0o500);
    await assert.rejects(
      writeOutside(hostAt(at.home), at.state, { root: at.root, trusted: at.home }, [{ path: 'new/x.jsonl', bytes: Buffer.from('x\n') }]),
      { code: 'cannot-write' },
    );
    chmodSync(at.root, 0o700);
  });

  for (const fault of ['ENOSPC', 'EIO', 'EACCES', 'crash-before', 'crash-after'] as Fault[])
    test(`${fault} at any step leaves nothing, or what the next command takes away`, async (t) => {
      const counting = faultyFs(fault, 0);
      await places(t).write(counting.fs);
      assert.ok(counting.count() > 10);
      for (let at = 1; at <= counting.count(); at += 1) {
        const place = places(t);
        const before = below(place.home);
        const faulty = faultyFs(fault, at);
        const failed = await place.write(faulty.fs).then(
          () => false,
          () => true,
        );
        const main = join(place.root, conversation);
        if (existsSync(main))
          for (const { path, bytes } of files) assert.deepEqual(readFileSync(join(place.root, path)), bytes, `step ${at}`);
        await recoverOutside(hostAt(place.home), place.state, async () => undefined);
        assert.deepEqual(below(place.home), before, `step ${at}${failed ? '' : ', which did not fail'}`);
        assert.deepEqual(
          readdirSync(place.state).filter((name) => !name.endsWith('.tmp')),
          [],
          `step ${at}`,
        );
      }
    });

  test('what the store knows of stays, and so does what has grown', async (t) => {
    const place = places(t);
    const wrote = await place.write();
    await recoverOutside(hostAt(place.home), place.state, async () => wrote);
    assert.ok(files.every(({ path }) => existsSync(join(place.root, path))));
    const other = places(t);
    await other.write();
    const path = join(other.root, conversation);
    writeFileSync(path, 'more');
    const told = await recoverOutside(hostAt(other.home), other.state, async () => undefined);
    assert.equal(readFileSync(path, 'utf8'), 'more');
    assert.match(told.join(), /stays/);
  });
});
