import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Card, withBranch, withDeleted, withField } from '../../../src/model/card.ts';
import type { ConversationId, ToolId, TurnId } from '../../../src/model/ids.ts';
import { variantKey } from '../../../src/model/sync/line.ts';
import { baseOf, besideName } from '../../../src/model/sync/names.ts';
import { type Meeting, reconcile } from '../../../src/model/sync/reconcile.ts';
import { tombstoneTurns } from '../../../src/model/sync/tombstone.ts';
import { ModelObjects } from '../../support/sync/commits.ts';

const id = (name: string) => name.padEnd(12, '0') as TurnId;

/** `grown(objects, 'a b*2')`: a tip whose turns follow each other, a commit each; `*n` = n records, a further letter another kind of them. */
function grown(objects: ModelObjects, text: string, time = 0): string {
  let tip: string | undefined;
  const thread: { turn: TurnId; kept: string[] }[] = [];
  for (const word of text.split(' ')) {
    const [, name = '', count = '1', kind = ''] = /^(\w+)(?:\*(\d+)(\w?))?$/.exec(word) ?? [];
    const kept = Array.from({ length: Number(count) }, (_, at) => `${name}${at}${at === Number(count) - 1 ? kind : ''}`);
    thread.push({ turn: id(name), kept });
    tip = objects.make({ parents: tip === undefined ? [] : [tip], thread: [...thread], turn: id(name), time });
  }
  return tip ?? '';
}

const card = (branches: Record<string, string>, more: Partial<Card> = {}): Card => ({
  ...{ id: 'c123456789' as ConversationId, tool: 'codex' as ToolId, native: [], active: 'main' },
  branches: Object.fromEntries(Object.entries(branches).map(([name, at]) => [name, { at }])),
  ...more,
});
const side = (tips: Record<string, string>, more: Partial<Card> = {}) => ({ tips: new Map(Object.entries(tips)), card: card(tips, more) });
const nothing = { tips: new Map<string, string>() };
const meet = (objects: ModelObjects, meeting: Partial<Meeting>) =>
  reconcile({ local: nothing, remote: nothing, base: nothing, published: new Set(), ...meeting }, objects);

test('one side ahead of the other: the branch moves on', async () => {
  const objects = new ModelObjects();
  const [less, more] = [grown(objects, 'a b'), grown(objects, 'a b c')];
  const fetched = await meet(objects, { local: side({ main: less }), remote: side({ main: more }) });
  assert.deepEqual([...fetched.tips], [['main', more]]);
  const pushed = await meet(objects, { local: side({ main: more }), remote: side({ main: less }) });
  assert.deepEqual([...pushed.tips], [['main', more]]);
  assert.equal(pushed.card?.branches.main?.at, more);
});

test('the same line in other commits is joined: the greater side first, whoever makes it', async () => {
  const objects = new ModelObjects();
  const [mine, theirs] = [grown(objects, 'a b c', 1), grown(objects, 'a b*2', 2)];
  for (const [local, remote] of [[mine, theirs] as const, [theirs, grown(objects, 'a b*2 c', 3)] as const]) {
    const { tips } = await meet(objects, { local: side({ main: local }), remote: side({ main: remote }) });
    assert.equal(tips.size, local === mine ? 2 : 1, 'a turn with fewer records in the middle is another line');
  }
  const [less, more] = [grown(objects, 'a b', 1), grown(objects, 'a b*2 c', 2)];
  const long = grown(objects, 'a b c', 4);
  const one = await meet(objects, { local: side({ main: less }), remote: side({ main: long }) });
  const other = await meet(objects, { local: side({ main: long }), remote: side({ main: less }) });
  assert.deepEqual([...one.tips], [...other.tips]);
  const joined = objects.get(one.tips.get('main') ?? '');
  assert.deepEqual([joined.parents, joined.turn, joined.time], [[long, less], undefined, 4]);
  const grownFurther = await meet(objects, { local: side({ main: less }), remote: side({ main: more }) });
  assert.equal(grownFurther.tips.size, 1);
});

test('continued on both sides: the published line keeps the name, the other one is named after its first own turn', async () => {
  const objects = new ModelObjects();
  const [mine, theirs] = [grown(objects, 'a b x y'), grown(objects, 'a b c')];
  const native = [{ tool: 'codex' as ToolId, source: 's1', branch: 'main' }];
  const local = side({ main: mine }, { native: [...native, { tool: 'codex' as ToolId, source: 's2', branch: 'main' }] });
  const remote = side({ main: theirs }, { native });
  const { tips, parted, card: merged } = await meet(objects, { local, remote });
  assert.deepEqual([...tips].sort(), [
    ['main', theirs],
    ['main-x0000000', mine],
  ]);
  assert.deepEqual(parted, [{ from: 'main', to: 'main-x0000000' }]);
  assert.deepEqual(
    merged?.native.map(({ source, branch }) => `${source} ${branch}`),
    ['s1 main', 's1 main-x0000000', 's2 main-x0000000'],
    'a source that both know goes on on both lines, one that only this device knows follows its own',
  );
});

test('one turn continued in two ways: named after the turn and its last record, and again beside that name', async () => {
  const objects = new ModelObjects();
  const [mine, theirs] = [grown(objects, 'a b*3x'), grown(objects, 'a b*3y')];
  const key = variantKey(id('b'), 'b2x');
  const { tips } = await meet(objects, { local: side({ main: mine }), remote: side({ main: theirs }) });
  assert.equal(tips.get(`main-${key}`), mine);
  const taken = side({ main: theirs, [`main-${key}`]: grown(objects, 'a b*3y q') });
  const again = await meet(objects, { local: side({ main: mine }), remote: taken });
  assert.equal([...again.tips].find(([, tip]) => tip === mine)?.[0], `main-${key}x`);
});

test('a line that was parted before goes on under the name that it has', async () => {
  const objects = new ModelObjects();
  const [before, now, theirs] = [grown(objects, 'a x'), grown(objects, 'a x y'), grown(objects, 'a c')];
  const remote = side({ main: theirs, 'main-x0000000': before });
  const { tips } = await meet(objects, { local: side({ main: now }), remote });
  assert.deepEqual([...tips].sort(), [
    ['main', theirs],
    ['main-x0000000', now],
  ]);
});

test('names: what convo puts behind them is taken off again, and they stay short enough', () => {
  assert.equal(baseOf('main-vysfxcsaxx'), 'main');
  assert.equal(baseOf('main-vysfxcsa-3hs80000'), 'main');
  assert.equal(baseOf('try-redis'), 'try-redis');
  const longest = `${'n'.repeat(64)}`;
  assert.ok(besideName(longest, '3hs80000').length <= 60);
});

const tombstone = (objects: ModelObjects, ref: string, at: string, own: string) => ({
  ref,
  at,
  turns: tombstoneTurns(
    objects
      .get(at)
      .thread.filter(({ turn }) => own.split(' ').includes(turn.slice(0, 1)))
      .map(({ turn, kept }) => ({ turn, kept })),
  ),
});

test('deleted here: gone there, also where the commits of the deletion are not known; extended there: it lives, whole', async () => {
  const [here, there] = [new ModelObjects(), new ModelObjects()];
  const [main, idea, more] = [grown(there, 'a b'), grown(there, 'a c'), grown(there, 'a c d')];
  const deletedTip = grown(here, 'a c', 7);
  const gone = withDeleted(card({ main, idea }), tombstone(here, 'idea', deletedTip, 'c'));
  const remote = { tips: new Map([['main', main]]), card: gone };
  const same = await meet(there, { local: side({ main, idea }), remote });
  assert.deepEqual([...same.tips.keys()], ['main']);
  assert.equal(same.card?.branches.idea, undefined);
  const extended = await meet(there, { local: side({ main, idea: more }), remote });
  assert.equal(extended.tips.get('idea'), more);
  assert.deepEqual([extended.card?.branches.idea, extended.card?.deleted], [{ at: more }, undefined]);
});

test('a line that only shares the name of a deleted one gets another name', async () => {
  const objects = new ModelObjects();
  const [main, idea, other] = [grown(objects, 'a b'), grown(objects, 'a c'), grown(objects, 'a e')];
  const gone = withDeleted(card({ main, idea }), tombstone(objects, 'idea', idea, 'c'));
  const { tips } = await meet(objects, { local: side({ main, idea: other }), remote: { tips: new Map([['main', main]]), card: gone } });
  assert.deepEqual([...tips.keys()], ['main', 'idea-e0000000']);
});

test('labelled here, extended there: both hold; fields edited as often: what is new since the last time', async () => {
  const objects = new ModelObjects();
  const [less, more] = [grown(objects, 'a'), grown(objects, 'a b')];
  const base = side({ main: less }, { title: 'Zebra' });
  const local = { ...base, card: withBranch(base.card, 'main', 'label', 'the good one') };
  const remote = { tips: new Map([['main', more]]), card: { ...card({ main: more }), title: 'Antelope' } };
  const { tips, card: merged } = await meet(objects, { local, remote, base });
  assert.equal(tips.get('main'), more);
  assert.deepEqual(merged?.branches.main, { at: more, label: 'the good one' });
  assert.equal(merged?.title, 'Antelope');
  const edited = { ...base, card: withField(base.card, 'title', 'Mine') };
  assert.equal((await meet(objects, { local: edited, remote, base })).card?.title, 'Mine');
});

test('a branch that nobody named, labelled or published goes where a published one holds its line; its source follows', async () => {
  const objects = new ModelObjects();
  const [main, rewound, published] = [grown(objects, 'a b'), grown(objects, 'a c'), grown(objects, 'a c d')];
  const native = [{ tool: 'codex' as ToolId, source: 's1', branch: 'main-c0000000' }];
  const local = side({ main, 'main-c0000000': rewound }, { native });
  const remote = side({ main: published });
  const { tips, dropped, card: merged } = await meet(objects, { local, remote });
  assert.deepEqual(dropped, [{ from: 'main-c0000000', to: 'main' }]);
  assert.deepEqual([...tips.keys()], ['main', 'main-b0000000']);
  assert.deepEqual(merged?.native, [{ tool: 'codex', source: 's1', branch: 'main' }]);
  const labelled = { ...local, card: withBranch(local.card, 'main-c0000000', 'label', 'keep') };
  assert.equal((await meet(objects, { local: labelled, remote })).tips.get('main-c0000000'), rewound);
});

test('a device that has only the card of a conversation changes labels, and leaves its branches and sources alone', async () => {
  const objects = new ModelObjects();
  const native = [{ tool: 'codex' as ToolId, source: 's1', branch: 'main' }];
  const there = card({ main: 'a'.repeat(40), idea: 'b'.repeat(40) }, { native });
  const { tips, card: merged } = await meet(objects, {
    local: { tips: new Map(), card: withField(there, 'title', 'Mine') },
    remote: { tips: new Map(), card: there },
    base: { tips: new Map(), card: there },
  });
  assert.deepEqual([tips.size, merged?.title, merged?.branches, merged?.native], [0, 'Mine', there.branches, native]);
});
