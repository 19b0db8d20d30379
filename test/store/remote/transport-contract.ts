import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Oid } from '../../../src/store/git.ts';
import { mainRef } from '../../../src/store/layout.ts';
import { trackingRef } from '../../../src/store/remote/remote.ts';
import type { Store } from '../../../src/store/store.ts';
import { fsck, git } from '../sandbox.ts';
import { bareRemote, branchOf, device, deviceWithConversation, rawOf, transportTo, turn, write } from './devices.ts';

/** A way to a remote: how a bare repository is served, and which engine the devices have. */
export interface Way {
  name: string;
  engine: 'system' | 'isomorphic';
  /** Returns the URL under which a bare repository is reached until the test ends. */
  serve(t: TestContext, folder: string): Promise<string>;
  /** What a device needs in its environment. */
  env?(): Promise<Record<string, string>>;
  /** The other side is the same as of another way: only what may differ is tried, all of it in a campaign. */
  brief?: boolean;
  /** Why it cannot be tried here. */
  skip?: string;
}

const updatesOf = (tips: Record<string, Oid>) => Object.entries(tips).map(([ref, oid]) => ({ ref, oid, expected: null }));
const tip = async (store: Store, ref: string) => (await store.engine.refs(ref))[0]?.oid;
const gitdir = (store: Store) => `${store.home}/store.git`;

/** What every transport must do, with a real bare repository at the other end. */
export function transportContract({ name, engine, serve, env = async () => ({}), brief, skip }: Way): void {
  const short = brief === true && process.env.CONVO_CAMPAIGN !== 'full';
  const check = (title: string, body: (t: TestContext) => Promise<void>) => {
    if (!short || /what one device pushes|faster|exact value/.test(title))
      test(`${name}: ${title}`, skip === undefined ? {} : { skip }, body);
  };
  const newDevice = async (t: TestContext) => device(t, engine, await env());
  const newConversation = async (t: TestContext) => deviceWithConversation(t, engine, await env());

  check('an empty remote has no refs', async (t) => {
    const url = await serve(t, bareRemote(t));
    const transport = await transportTo(t, await newDevice(t), url);
    assert.deepEqual(await transport.refs(), new Map());
    assert.deepEqual(await transport.refs([mainRef]), new Map());
    assert.equal(transport.by, engine);
  });

  check('what one device pushes, another one fetches under tracking refs alone', async (t) => {
    const folder = bareRemote(t);
    const url = await serve(t, folder);
    const { store, tips } = await newConversation(t);
    const from = await transportTo(t, store, url);
    const progress: string[] = [];
    const pushed = await from.push(updatesOf(tips), ({ label }) => progress.push(label));
    assert.deepEqual([...pushed.values()], ['ok', 'ok', 'ok']);
    assert.ok(progress.length > 0);
    assert.equal(await tip(store, trackingRef('origin', mainRef)), tips[mainRef]);

    const other = await newDevice(t);
    const to = await transportTo(t, other, url);
    const refs = await to.refs();
    assert.deepEqual(Object.fromEntries(refs), tips);
    assert.deepEqual(await to.refs([mainRef]), new Map([[mainRef, tips[mainRef]]]));
    assert.deepEqual([...(await to.refs(['refs/convo/raw/'])).keys()], [rawOf('abc')]);
    const branch = branchOf('abc');
    const one = await to.fetch([{ ref: branch, oid: tips[branch] as Oid }]);
    assert.deepEqual([[...one.landed.keys()], one.refused], [[branch], []], 'what came with the question about main is no part of it');
    const fetched = await to.fetch([...refs].map(([ref, oid]) => ({ ref, oid })));
    assert.deepEqual(fetched.refused, []);
    assert.deepEqual(Object.fromEntries(fetched.landed), tips);
    for (const [ref, oid] of Object.entries(tips)) {
      assert.equal(await tip(other, trackingRef('origin', ref)), oid);
      assert.equal(await tip(other, ref), undefined);
    }
    await to.close();
    assert.equal(fsck(gitdir(other)), '');
    assert.equal(git(gitdir(other), ['rev-list', '--count', trackingRef('origin', branchOf('abc'))]).trim(), '2');
    assert.deepEqual(await other.engine.recover(), []);
  });

  check('an update goes forward, and one that does not is refused on this side', async (t) => {
    const folder = bareRemote(t);
    const url = await serve(t, folder);
    const { store, tips } = await newConversation(t);
    const transport = await transportTo(t, store, url);
    await transport.push(updatesOf(tips));
    const ref = branchOf('abc');
    const before = tips[ref] as Oid;
    const { [ref]: after } = await write(store, { [ref]: [turn(3)] });
    assert.deepEqual(await transport.push([{ ref, oid: after as Oid, expected: before }]), new Map([[ref, 'ok']]));
    assert.equal(git(folder, ['rev-parse', ref]).trim(), after);
    const back = await transport.push([{ ref, oid: before, expected: after as Oid }]);
    assert.deepEqual(back.get(ref), { rejected: 'it would not go forward from what the remote has', moved: false });
    assert.equal(git(folder, ['rev-parse', ref]).trim(), after);
  });

  check('a push that another device was faster with is rejected as moved, the rest goes through', async (t) => {
    const folder = bareRemote(t);
    const url = await serve(t, folder);
    const { store, tips } = await newConversation(t);
    await (await transportTo(t, store, url)).push(updatesOf(tips));
    const other = await newDevice(t);
    const theirs = await transportTo(t, other, url);
    const ref = branchOf('abc');
    await theirs.fetch([{ ref, oid: tips[ref] as Oid }]);
    await other.engine.moveRefs([{ ref, from: null, to: tips[ref] as Oid }]);
    const { [ref]: faster } = await write(other, { [ref]: [turn(3, 'theirs')] });
    assert.deepEqual(await theirs.push([{ ref, oid: faster as Oid, expected: tips[ref] as Oid }]), new Map([[ref, 'ok']]));

    const fresh = branchOf('def');
    const mine = await write(store, { [ref]: [turn(3, 'mine')], [fresh]: [turn(1)] });
    const answers = await (await transportTo(t, store, url)).push([
      { ref, oid: mine[ref] as Oid, expected: tips[ref] as Oid },
      { ref: fresh, oid: mine[fresh] as Oid, expected: null },
    ]);
    const rejected = answers.get(ref);
    assert.ok(rejected !== undefined && rejected !== 'ok' && rejected.moved, JSON.stringify(rejected));
    assert.equal(answers.get(fresh), 'ok');
    assert.equal(git(folder, ['rev-parse', ref]).trim(), faster);
    assert.equal(await tip(store, trackingRef('origin', ref)), tips[ref]);
  });

  check('creating a ref that exists is rejected as moved', async (t) => {
    const url = await serve(t, bareRemote(t));
    const one = await newConversation(t);
    await (await transportTo(t, one.store, url)).push(updatesOf(one.tips));
    const two = await newDevice(t);
    const ref = branchOf('abc');
    const { [ref]: own } = await write(two, { [ref]: [turn(1, 'unrelated')] });
    const answer = (await (await transportTo(t, two, url)).push([{ ref, oid: own as Oid, expected: null }])).get(ref);
    assert.ok(answer !== undefined && answer !== 'ok' && answer.moved, JSON.stringify(answer));
  });

  check('a delete needs the exact value', async (t) => {
    const folder = bareRemote(t);
    const url = await serve(t, folder);
    const { store, tips } = await newConversation(t);
    const transport = await transportTo(t, store, url);
    await transport.push(updatesOf(tips));
    const ref = branchOf('abc');
    const wrong = (await transport.push([{ ref, oid: null, expected: tips[mainRef] as Oid }])).get(ref);
    assert.ok(wrong !== undefined && wrong !== 'ok' && wrong.moved, JSON.stringify(wrong));
    assert.equal(git(folder, ['rev-parse', ref]).trim(), tips[ref]);
    assert.deepEqual(await transport.push([{ ref, oid: null, expected: tips[ref] as Oid }]), new Map([[ref, 'ok']]));
    assert.equal((await transport.refs()).has(ref), false);
    assert.equal(await tip(store, trackingRef('origin', ref)), undefined);
  });

  check('turn branches can stand under another prefix there', async (t) => {
    const folder = bareRemote(t);
    const url = await serve(t, folder);
    const { store, tips } = await newConversation(t);
    const prefix = 'refs/convo/heads/';
    await (await transportTo(t, store, url, { prefix })).push(updatesOf(tips));
    assert.deepEqual(git(folder, ['for-each-ref', '--format=%(refname)']).trim().split('\n'), [
      'refs/convo/heads/claude-code/abc0000000/main',
      rawOf('abc'),
      mainRef,
    ]);
    const other = await transportTo(t, await newDevice(t), url, { prefix });
    assert.deepEqual(Object.fromEntries(await other.refs()), tips);
    const landed = await other.fetch(Object.entries(tips).map(([ref, oid]) => ({ ref, oid })));
    assert.equal(landed.landed.size, 3);
  });

  check('only what is new is sent the second time', async (t) => {
    const url = await serve(t, bareRemote(t));
    const { store, tips } = await newConversation(t);
    const from = await transportTo(t, store, url);
    await from.push(updatesOf(tips));
    const other = await newDevice(t);
    const to = await transportTo(t, other, url);
    await to.fetch(Object.entries(tips).map(([ref, oid]) => ({ ref, oid })));
    const ref = branchOf('abc');
    const { [ref]: after } = await write(store, { [ref]: [turn(3)] });
    await from.push([{ ref, oid: after as Oid, expected: tips[ref] as Oid }]);
    const before = git(gitdir(other), ['count-objects', '-v']);
    await to.fetch([{ ref, oid: after as Oid }]);
    const objects = (text: string) => Number(/in-pack: (\d+)/.exec(text)?.[1]) + Number(/^count: (\d+)/m.exec(text)?.[1]);
    const came = objects(git(gitdir(other), ['count-objects', '-v'])) - objects(before);
    assert.ok(came >= 5 && came <= 7, `${came} objects came`); // commit, 3 trees, a page; perhaps the base of a delta
  });

  check('a remote that is not there is told so', async (t) => {
    const folder = bareRemote(t);
    const url = await serve(t, folder);
    const transport = await transportTo(t, await newDevice(t), url.replace('remote.git', 'nowhere.git'));
    await assert.rejects(transport.refs(), { code: 'remote-failed' });
    await assert.rejects(transport.refs([mainRef]), { code: 'remote-failed' });
  });

  check('a name that is not of convo is neither fetched nor pushed', async (t) => {
    const folder = bareRemote(t);
    const url = await serve(t, folder);
    const { store, tips } = await newConversation(t);
    const transport = await transportTo(t, store, url);
    await transport.push(updatesOf(tips));
    const oid = tips[mainRef] as Oid;
    git(folder, ['update-ref', 'refs/heads/--upload-pack=x', oid]);
    git(folder, ['update-ref', 'refs/tags/v1', oid]);
    assert.deepEqual(Object.fromEntries(await transport.refs()), tips);
    assert.equal((await transport.everything()).size, 5);
    const odd = ['refs/heads/--upload-pack=x', 'refs/tags/v1', 'refs/convo/ops', 'refs/heads/A/../b'];
    for (const ref of odd) {
      assert.deepEqual(await transport.refs([ref]), new Map());
      assert.equal((await transport.fetch([{ ref, oid }])).refused.length, 1);
      assert.deepEqual(
        await transport.push([{ ref, oid, expected: null }]),
        new Map([[ref, { rejected: 'it is no ref of convo', moved: false }]]),
      );
    }
  });
}
