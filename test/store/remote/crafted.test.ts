import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { GitObject, Oid } from '../../../src/store/git.ts';
import { mainRef } from '../../../src/store/layout.ts';
import { checkFetched, type Incoming } from '../../../src/store/remote/check-fetched.ts';
import { trackingRef } from '../../../src/store/remote/remote.ts';
import { fsck, git } from '../sandbox.ts';
import { Crafted, type Evil, evils } from './crafted.ts';
import { bareRemote, branchOf, device, deviceWithConversation, transportTo, turn, write } from './devices.ts';

/** What stands below a folder, and how long it is. */
function everythingIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
}

const crafted = ({ make, ref }: Evil): Crafted => {
  const repo = new Crafted();
  repo.refs.set(ref, make(repo));
  return repo;
};

/** Incoming objects as a transfer without git would have them. */
function incomingOf({ objects }: Crafted, reads: string[] = []): Incoming {
  const came = new Map([...objects].map(([oid, { type, content }]) => [oid, { type, size: content.length }]));
  return {
    came,
    read: async (oid) => {
      reads.push(oid);
      const found = objects.get(oid);
      return found && ({ oid, ...found } as GitObject);
    },
    close: async () => {},
  };
}

test('60 crafted repositories and more are refused by the check alone, with a reason', async () => {
  assert.ok(evils.length >= 60, String(evils.length));
  for (const evil of evils) {
    const repo = crafted(evil);
    const failure = await checkFetched(incomingOf(repo))
      .ref(evil.ref, repo.refs.get(evil.ref) as Oid)
      .then(
        () => undefined,
        (error: unknown) => error as { code?: string; message: string },
      );
    assert.equal(failure?.code, 'bad-remote-content', `${evil.name}: ${failure?.message ?? 'was let in'}`);
    assert.match(failure.message, evil.reason, evil.name);
  }
});

test('they are refused over the wire, and leave nothing behind', { timeout: 120_000 }, async (t) => {
  const store = await device(t);
  const { store: sound, tips } = await deviceWithConversation(t);
  const before = everythingIn(join(store.home, '..')).filter((name) => !/store\.git|^store\/state\/git$/.test(name));
  const some = process.env.CONVO_CAMPAIGN === 'full' ? evils : evils.filter((_, at) => at % 6 === 0);
  for (const evil of some) {
    const folder = bareRemote(t);
    const repo = crafted(evil);
    repo.write(folder);
    await (await transportTo(t, sound, folder)).push([{ ref: branchOf('abc'), oid: tips[branchOf('abc')] as Oid, expected: null }]);
    const transport = await transportTo(t, store, folder, { name: 'evil' });
    const wants = [...repo.refs].map(([ref, oid]) => ({ ref, oid: oid as Oid }));
    const { landed, refused } = await transport.fetch([...wants, { ref: branchOf('abc'), oid: tips[branchOf('abc')] as Oid }]);
    assert.deepEqual([...landed.keys()], [branchOf('abc')], evil.name);
    assert.deepEqual(
      refused.map(({ ref }) => ref),
      [evil.ref],
      evil.name,
    );
    assert.ok((refused[0]?.reason ?? '').length > 10, `${evil.name}: ${refused[0]?.reason}`);
    await transport.close();
    rmSync(folder, { recursive: true });
    const refs = await store.engine.refs('refs/');
    assert.deepEqual(
      refs.map(({ name }) => name),
      [trackingRef('evil', branchOf('abc'))],
    );
  }
  assert.equal(fsck(join(store.home, 'store.git')), '');
  const objects = git(join(store.home, 'store.git'), ['cat-file', '--batch-all-objects', '--batch-check']).trim().split('\n');
  assert.equal(objects.length, 11, 'only the sound branch is there');
  const after = everythingIn(join(store.home, '..')).filter((name) => !/store\.git|^store\/state\/git$/.test(name));
  assert.deepEqual(after, before);
  assert.equal(existsSync('canary'), false);
});

/** What is wrong is how the other side keeps its repository. */
const kept: [name: string, make: (folder: string, tip: string) => void][] = [
  [
    'hooks',
    (folder) => {
      for (const hook of ['post-checkout', 'post-merge', 'reference-transaction', 'pre-auto-gc', 'post-rewrite', 'pre-push', 'update']) {
        writeFileSync(join(folder, 'hooks', hook), `#!/bin/sh\ntouch ${join(folder, 'canary')}\n`);
        chmodSync(join(folder, 'hooks', hook), 0o755);
      }
    },
  ],
  [
    'a config with 12 programs',
    (folder) => {
      const run = `touch ${join(folder, 'canary')}`;
      const sections = [
        `[core]\n\tfsmonitor = ${run}\n\tsshCommand = ${run}\n\tpager = ${run}\n\teditor = ${run}\n\taskPass = ${run}\n\talternateRefsCommand = ${run}`,
        `[filter "x"]\n\tclean = ${run}\n\tsmudge = ${run}`,
        `[diff]\n\texternal = ${run}`,
        `[gpg]\n\tprogram = ${run}`,
        `[alias]\n\tfetch = !${run}`,
        `[uploadpack]\n\tpackObjectsHook = ${run}`,
        `[credential]\n\thelper = !${run}`,
      ];
      writeFileSync(join(folder, 'config'), `${readFileSync(join(folder, 'config'), 'utf8')}${sections.join('\n')}\n`);
    },
  ],
  [
    'refs with odd names',
    (folder, tip) => {
      for (const name of [
        'refs/heads/--upload-pack=x',
        'refs/heads/-x',
        'refs/heads/A/../b'.replace('/../', '/'),
        'refs/heads/CON',
        'refs/heads/claude-code/ABC/main',
        'refs/heads/ext::sh',
      ])
        writeFileSync(
          join(folder, 'packed-refs'),
          `${existsSync(join(folder, 'packed-refs')) ? readFileSync(join(folder, 'packed-refs'), 'utf8') : ''}${tip} ${name}\n`,
        );
    },
  ],
  ['an empty ref', (folder) => writeFileSync(join(folder, 'refs/heads/empty'), '')],
  ['a ref of garbage', (folder) => writeFileSync(join(folder, 'refs/heads/garbage'), 'ref: ../../../../etc/passwd\n')],
  [
    'refs in a circle',
    (folder) => {
      writeFileSync(join(folder, 'refs/heads/one'), 'ref: refs/heads/two\n');
      writeFileSync(join(folder, 'refs/heads/two'), 'ref: refs/heads/one\n');
    },
  ],
  ['a dangling ref', (folder) => writeFileSync(join(folder, 'refs/heads/dangling'), `${'3'.repeat(40)}\n`)],
  ['a HEAD that leads nowhere', (folder) => writeFileSync(join(folder, 'HEAD'), 'ref: refs/heads/nowhere\n')],
  ['a ref that is a link', (folder) => symlinkSync('/etc/passwd', join(folder, 'refs/heads/link'))],
  ['borrowed objects', (folder) => writeFileSync(join(folder, 'objects/info/alternates'), '/nowhere\n')],
];

test('a repository that is kept badly gives what is sound of it, or nothing, and runs nothing', async (t) => {
  const { store: sound, tips } = await deviceWithConversation(t);
  for (const [name, make] of kept) {
    const folder = bareRemote(t);
    mkdirSync(join(folder, 'hooks'), { recursive: true });
    await (await transportTo(t, sound, folder)).push(Object.entries(tips).map(([ref, oid]) => ({ ref, oid, expected: null })));
    make(folder, tips[mainRef] as Oid);
    const transport = await transportTo(t, await device(t), folder);
    const refs = await transport.refs().catch((error: { code?: string }) => error.code);
    if (typeof refs === 'string') assert.equal(refs, 'remote-failed', name);
    else {
      assert.deepEqual(Object.fromEntries(refs ?? []), tips, name);
      assert.equal((await transport.fetch([...(refs ?? [])].map(([ref, oid]) => ({ ref, oid })))).landed.size, 3, name);
    }
    assert.equal(existsSync(join(folder, 'canary')), false, name);
  }
});

test('objects that are damaged on the other side are refused, or not sent', async (t) => {
  const damages: [string, (bytes: Buffer) => Buffer][] = [
    ['cut off', (bytes) => bytes.subarray(0, bytes.length >> 1)],
    ['empty', () => Buffer.alloc(0)],
    ['garbage', (bytes) => Buffer.alloc(bytes.length, 7)],
    ['one bit', (bytes) => Buffer.from(bytes.map((byte, at) => (at === bytes.length - 6 ? byte ^ 1 : byte)))],
  ];
  for (const [name, damage] of damages) {
    const folder = bareRemote(t);
    const repo = new Crafted();
    const blob = repo.blob('---\nconvo: 1\ntool: claude-code\nid: bad0000000\norigin: x\n---\n');
    repo.refs.set(branchOf('bad'), repo.commit(repo.tree([['100644', 'conversation.md', blob]])));
    repo.write(folder);
    const path = join(folder, 'objects', blob.slice(0, 2), blob.slice(2));
    writeFileSync(path, damage(readFileSync(path)));
    const transport = await transportTo(t, await device(t), folder);
    const { landed, refused } = await transport.fetch([...repo.refs].map(([ref, oid]) => ({ ref, oid: oid as Oid })));
    assert.equal(landed.size, 0, name);
    assert.equal(refused.length, 1, name);
  }
});

test('what nothing leads to does not come in: a ref could lead there later', async () => {
  const repo = new Crafted();
  const page = repo.blob('---\nconvo: 1\ntool: claude-code\nid: bad0000000\norigin: x\n---\n');
  const tip = repo.commit(repo.tree([['100644', 'conversation.md', page]]));
  const stray = repo.commit(repo.tree([['100755', 'run.sh', repo.blob('#!/bin/sh')]]));
  const check = checkFetched(incomingOf(repo));
  await check.ref(branchOf('bad'), tip);
  assert.equal(check.strays().length, 3);
  assert.ok(check.strays().includes(stray));
});

test('the check reads what is new: one turn of a long conversation costs as much as one of a short one', async (t) => {
  const costs: number[] = [];
  for (const length of [20, 400]) {
    const { engine } = await device(t);
    const store = { engine } as Parameters<typeof write>[0];
    const ref = branchOf('abc');
    await write(store, { [ref]: Array.from({ length }, (_, at) => turn(at + 1)) });
    const held = new Set((await engine.refs(ref)).map(({ oid }) => oid));
    const { [ref]: tip } = await write(store, { [ref]: [turn(length + 1)] });
    const commit = (await engine.read(tip as Oid)) as GitObject;
    const reads: string[] = [];
    const came = new Map<Oid, { type: string; size: number }>([[tip as Oid, { type: 'commit', size: commit.content.length }]]);
    const read = async (oid: Oid) => {
      reads.push(oid);
      return engine.read(oid);
    };
    await checkFetched({ came, read, close: async () => {} }).ref(ref, tip as Oid);
    assert.equal(held.size, 1);
    costs.push(reads.length);
  }
  assert.equal(costs[0], costs[1]);
  assert.ok((costs[0] ?? 0) <= 14, String(costs));
});
