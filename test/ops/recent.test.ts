import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ConversationId } from '../../src/model/ids.ts';
import { readCard } from '../../src/store/catalogue.ts';
import { entriesOf } from '../../src/store/entries.ts';
import type { GitEngine, Oid } from '../../src/store/git.ts';
import { currentEntries, someOfListing } from '../../src/store/listing.ts';
import { openStore } from '../../src/store/store.ts';
import { Transcript, uuidOf } from '../support/claude-code.ts';
import { cli, cliData } from '../support/cli-home.ts';
import { ImportHome } from '../support/import-home.ts';
import { gitOf } from '../support/told-store.ts';
import { watchedFs } from '../support/watched-fs.ts';

const derived = ['listing', 'turns', 'projects', 'recent'];
const session = (n: number) => `5e551000-0000-4000-8000-${String(n).padStart(12, '0')}`;

async function put(home: ImportHome, n: number, exchanges: number): Promise<void> {
  const transcript = new Transcript({ sessionId: session(n) });
  for (let k = 0; k < exchanges; k += 1) {
    transcript.user(`Question ${n} ${k}`, { uuid: uuidOf(n * 100 + k * 2 + 1) });
    transcript.says(`Answer ${n} ${k}`, { uuid: uuidOf(n * 100 + k * 2 + 2) });
  }
  await home.put(`.claude/projects/-w-lines/${session(n)}.jsonl`, transcript.bytes);
}

/** What commands are told of all conversations, and of those that one name begins. */
async function told(home: ImportHome, store: string, name: string) {
  const opened = await openStore(home.host(), home.store(store), { engine: 'system', absent: 'fail' });
  try {
    const plain = (entries: readonly object[] | undefined) => entries?.map((entry) => JSON.parse(JSON.stringify(plainOf(entry))));
    const some = await someOfListing(opened)({ names: [name], projects: [] });
    return { some: plain(some)?.filter(({ id }) => id.startsWith(name)), all: plain(await currentEntries(opened)) };
  } finally {
    await opened.engine.close();
  }
}

const fields = [
  'id',
  'tool',
  'title',
  'project',
  'updated',
  'started',
  'turns',
  'answered',
  'model',
  'active',
  'branches',
  'natives',
  'tags',
];
const plainOf = (entry: object) => Object.fromEntries(fields.map((field) => [field, Reflect.get(entry, field)]));

test('what single changes made of conversations is told beside the listing as it is read from the store', async (t) => {
  const home = new ImportHome(t);
  for (let n = 0; n < 4; n += 1) await put(home, n, 2);
  await cliData(home, ['import']);
  const { conversations } = await cliData<{ conversations: { id: string }[] }>(home, ['list', '--all']);
  const [a = '', b = ''] = conversations.map(({ id }) => id);
  const state = (name: string, store = 'store') => join(home.store(store), 'state', name);
  const listing = readFileSync(state('listing'));

  const check = async (hint: string) => {
    cpSync(home.store(), home.store('copy'), { recursive: true });
    for (const name of derived) rmSync(state(name, 'copy'), { force: true });
    const [now, anew] = [await told(home, 'store', a), await told(home, 'copy', a)];
    assert.deepEqual(now.all, anew.all, hint);
    assert.deepEqual(
      now.some,
      anew.all?.filter(({ id }) => id === a),
      hint,
    );
    rmSync(home.store('copy'), { recursive: true });
  };
  for (const argv of [
    ['branch', 'try', `${a}@2`],
    ['rename', b, 'Another title'],
    ['tag', a, 'urgent'],
    ['merge', `${a}/main`, '--into', `${a}/try`],
    ['undo'],
    ['branch', '-D', `${a}/try`],
    ['undo'],
    ['redo'],
  ]) {
    assert.equal((await cli(home, argv)).exit, 0, argv.join(' '));
    const [, , ops] = readFileSync(state('recent'), 'utf8').split('\n', 1)[0]?.split(' ') ?? [];
    assert.equal(ops, gitOf(home.gitdir(), 'rev-parse', 'refs/convo/ops').trim(), argv.join(' '));
    assert.deepEqual(readFileSync(state('listing')), listing, argv.join(' '));
    await check(argv.join(' '));
  }

  const recent = readFileSync(state('recent'));
  for (const damaged of [recent.subarray(0, recent.length >> 1), Buffer.alloc(0), Buffer.from(recent.toString().replace(/\n.*\n/, '\n'))]) {
    writeFileSync(state('recent'), damaged);
    await check('damaged');
  }
  writeFileSync(state('recent'), recent);
  await put(home, 4, 1); // an import writes the listing whole
  await put(home, 1, 3);
  await cliData(home, ['import']);
  assert.notDeepEqual(readFileSync(state('listing')), listing);
  await check('import');
  await cliData(home, ['undo']); // of conversations that came with it there is nothing left
  await check('undo of an import');
  await cliData(home, ['tag', b, 'last']);
  await check('tag');
});

test('of a conversation of which another branch moved no page is read again', async (t) => {
  const home = new ImportHome(t);
  await put(home, 0, 3);
  await cliData(home, ['import']);
  const { conversations } = await cliData<{ conversations: { id: string }[] }>(home, ['list', '--all']);
  await cliData(home, ['branch', 'try', `${conversations[0]?.id}@2`]);
  const store = await openStore(home.host(), home.store(), { engine: 'system', absent: 'fail' });
  t.after(() => store.engine.close());
  const pagesRead = async (before?: Parameters<typeof entriesOf>[2]) => {
    let pages = 0;
    const readMany: GitEngine['readMany'] = async function* (names) {
      for await (const object of store.engine.readMany(names)) {
        if (object?.type === 'blob') pages += 1;
        yield object;
      }
    };
    const engine = Object.assign(Object.create(store.engine), { readMany, refs: (prefix: string) => store.engine.refs(prefix) });
    const card = await readCard(store.engine, conversations[0]?.id as ConversationId);
    const [one] = await entriesOf(engine, card ? [card] : [], before);
    return { pages, entry: one?.entry };
  };
  const { pages, entry } = await pagesRead();
  assert.ok(pages > 0 && entry?.started && entry.branches.length === 2);
  assert.deepEqual(await pagesRead(new Map([[entry.id, entry]])), { pages: 0, entry });
  const moved = { ...entry, branches: entry.branches.map((branch) => ({ ...branch, tip: '0'.repeat(40) as Oid })), started: 'otherwise' };
  assert.deepEqual(await pagesRead(new Map([[entry.id, moved]])), { pages, entry });
});

test('commands read as little after many changes as after one', async (t) => {
  const home = new ImportHome(t);
  for (let n = 0; n < 3; n += 1) await put(home, n, 2);
  await cliData(home, ['import']);
  const { conversations } = await cliData<{ conversations: { id: string }[] }>(home, ['list', '--all']);
  const id = conversations[0]?.id ?? '';
  for (let n = 0; n < 20; n += 1) await cliData(home, ['tag', id, `t${n}`]);
  const watched = watchedFs();
  const store = await openStore({ ...home.host(), fs: watched.fs }, home.store(), { engine: 'system', absent: 'fail' });
  const some = await someOfListing(store)({ names: [id], projects: [] });
  await store.engine.close();
  assert.equal(some?.find((entry) => entry.id === id)?.tags?.length, 20);
  assert.deepEqual(
    watched.opened.filter(({ path }) => /\.(pack|idx)$/.test(path)),
    [],
  );
});

test('a listing is read a piece at a time, and every line of it is found', async (t) => {
  const home = new ImportHome(t);
  await put(home, 0, 1);
  await put(home, 1, 1);
  await cliData(home, ['import']);
  const path = join(home.store(), 'state', 'listing');
  const [head = '', first = '', second = ''] = readFileSync(path, 'utf8').split('\n');
  const count = 1500;
  const idOf = (n: number) => `${String(n).padStart(5, '0')}xxxxx`;
  const lineOf = (n: number) => {
    const columns = first.split('\t');
    columns.splice(0, 1, idOf(n));
    columns.splice(5, 2, n === 700 ? 'long '.repeat(60_000) : `title ${n}`, JSON.stringify([`native-${n}-`]));
    return columns.join('\t');
  };
  const lines = Array.from({ length: count }, (_, n) => lineOf(n));
  writeFileSync(path, [head, first, second, ...lines, ''].join('\n'));

  const watched = watchedFs();
  const store = await openStore({ ...home.host(), fs: watched.fs }, home.store(), { engine: 'system', absent: 'fail' });
  const some = someOfListing(store);
  const found = async (name: string) => (await some({ names: [name], projects: [] }))?.map(({ id }) => id).filter((id) => id.endsWith('x'));
  for (let n = 0; n < count; n += 7) assert.deepEqual(await found(idOf(n)), [idOf(n)]);
  for (let n = 0; n < count; n += 97) assert.deepEqual(await found(`native-${n}-`), [idOf(n)]);
  assert.deepEqual(await found(idOf(count)), []);
  assert.deepEqual((await found('0070'))?.sort(), [700, 701, 702, 703, 704, 705, 706, 707, 708, 709].map(idOf));
  await store.engine.close();
  const largest = Math.max(...watched.reads.filter(([name]) => name === path).map(([, , length]) => length));
  assert.ok(largest < 600_000, `${largest} bytes at once`);
});

test('the newest of a project are found whether the projects of the listing are known or not', async (t) => {
  const home = new ImportHome(t);
  for (let n = 0; n < 3; n += 1) await put(home, n, 1);
  await cliData(home, ['import']);
  const newest = async (...projects: string[]) => {
    const opened = await openStore(home.host(), home.store(), { engine: 'system', absent: 'fail' });
    try {
      return (await someOfListing(opened)({ names: [], projects }))?.map(({ project }) => project);
    } finally {
      await opened.engine.close();
    }
  };
  const [project = ''] = (await newest()) ?? [];
  const path = join(home.store(), 'state', 'projects');
  assert.deepEqual(readFileSync(path, 'utf8').split('\n').slice(1), [JSON.stringify(project), '']);
  const told = [await newest(project), await newest('/w/other'), await newest(project, '/w/other')];
  for (const two of told) assert.deepEqual(two, [project, project]);
  writeFileSync(path, `5 ${'0'.repeat(40)} -\n`);
  assert.deepEqual([await newest(project), await newest('/w/other'), await newest(project, '/w/other')], told);
  rmSync(path);
  assert.deepEqual([await newest(project), await newest('/w/other'), await newest(project, '/w/other')], told);
});
