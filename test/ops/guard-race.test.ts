import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { holding } from '../../src/ops/remote/guard.ts';
import { mainRef } from '../../src/store/layout.ts';
import type { Transport } from '../../src/store/remote/transport.ts';
import type { Store } from '../../src/store/store.ts';
import { bareRemote, catalogue, device, transportTo, write } from '../store/remote/devices.ts';
import { git } from '../store/sandbox.ts';

/** A transport of which all refs are asked for only after somebody else did something to the remote. */
const after = (transport: Transport, act: () => Promise<void> | void): Transport => ({
  remote: transport.remote,
  by: transport.by,
  refs: (...given) => transport.refs(...given),
  everything: async () => {
    await act();
    return transport.everything();
  },
  fetch: (...given) => transport.fetch(...given),
  push: (...given) => transport.push(...given),
  isPublic: () => transport.isPublic(),
  isWritable: () => transport.isWritable(),
  close: () => transport.close(),
});

/** Returns how another machine pushes its catalogue, and nothing else yet, as every first push begins. */
async function firstPush(t: TestContext, url: string): Promise<() => Promise<void>> {
  const other = await device(t);
  const { [mainRef]: oid = null } = await write(other, { [mainRef]: [catalogue('First')] });
  const transport = await transportTo(t, other, url);
  return async () => {
    const [answer] = (await transport.push([{ ref: mainRef, oid, expected: null }])).values();
    assert.equal(answer, 'ok');
  };
}

/** Returns how somebody commits on the main branch of a repository of code. */
function coding(folder: string): () => void {
  const as = ['-c', 'user.name=a', '-c', 'user.email=a@b'];
  const tree = git(folder, ['mktree'], '').trim();
  let parent: string[] = [];
  return () => {
    const commit = git(folder, [...as, 'commit-tree', tree, ...parent, '-m', 'code']).trim();
    parent = ['-p', commit];
    git(folder, ['update-ref', mainRef, commit]);
  };
}

async function asked(t: TestContext): Promise<{ store: Store; url: string; transport: Transport }> {
  const [store, url] = [await device(t), bareRemote(t)];
  return { store, url, transport: await transportTo(t, store, url) };
}

test('a remote whose first catalogue comes between two questions holds conversations', async (t) => {
  const { store, url, transport } = await asked(t);
  const push = await firstPush(t, url);
  let pushed: Promise<void> | undefined;
  const late = after(transport, () => (pushed ??= push()));
  assert.deepEqual(await holding(late, store), { holds: 'conversations' });
});

test('a repository of code whose first branch comes between two questions is something else', async (t) => {
  const { store, url, transport } = await asked(t);
  let commits = 0;
  const commit = coding(url);
  const once = () => {
    if (commits === 0) commit();
    commits += 1;
  };
  assert.deepEqual(await holding(after(transport, once), store), {
    holds: 'something else',
    found: 'its main branch is no catalogue',
  });
});

test('a repository of code that never stands still is something else, and is not asked for ever', async (t) => {
  const { store, url, transport } = await asked(t);
  let commits = 0;
  const commit = coding(url);
  const again = () => {
    commits += 1;
    commit();
  };
  assert.equal((await holding(after(transport, again), store)).holds, 'something else');
  assert.ok(commits > 1 && commits < 10, `${commits} looks`);
});
