import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { Transcript } from '../support/claude-code.ts';
import { cli, cliData, cliError } from '../support/cli-home.ts';
import { ImportHome } from '../support/import-home.ts';
import { fsckOf, gitOf } from '../support/told-store.ts';

const pathOf = (n: number) => `.claude/projects/-w-lines/5e551000-0000-4000-8000-00000000000${n}.jsonl`;

function talk(n: number, prompt: string): Transcript {
  const t = new Transcript({ sessionId: `5e551000-0000-4000-8000-00000000000${n}` });
  t.user(prompt, { uuid: `0000000${n}-1111-4111-8111-111111111111` });
  t.says(`To ${prompt}`, { uuid: `0000000${n}-2222-4222-8222-222222222222` });
  return t;
}

interface Tagged {
  did: string;
  id: string;
  tags: string[];
  changed: string[];
  counts: { tag: string; conversations: number }[];
}
interface Edited {
  id: string;
  title: string;
  changes: { field: string; before: string | null; after: string | null }[];
}

for (const engine of ['system', 'isomorphic'] as const)
  describe(`${engine}: labels`, () => {
    const prepared = async (t: TestContext) => {
      const home = new ImportHome(t);
      const transcripts = [talk(1, 'Split the lines well'), talk(2, 'Measure the parser')];
      for (const [n, { bytes }] of transcripts.entries()) await home.put(pathOf(n + 1), bytes);
      await cliData(home, ['import'], { engine });
      const run = <Data>(...argv: string[]) => cliData<Data>(home, argv, { engine });
      const { id } = await run<Tagged>('tag', 'split the lines');
      const card = () => gitOf(home.gitdir(), 'show', `main:conversations/${id[0]}/${id[1]}/${id}.md`);
      const operations = async () => (await run<{ operations: { sentence: string }[] }>('op', 'log')).operations;
      const fails = (...argv: string[]) => cliError(home, argv, { engine });
      return { home, transcripts, run, id, card, operations, fails };
    };

    test('tags are put on and taken off, counted, undone and redone; what changes nothing is no operation', async (t) => {
      const { home, run, id, card, operations, fails } = await prepared(t);
      assert.deepEqual((await run<Tagged>('tag', id, 'Urgent', 'parser', 'urgent')).tags, ['parser', 'urgent']);
      assert.match(card(), /^tags: \[parser, urgent\]$/m);
      assert.match(card(), /^tagrev: \{parser: 1, urgent: 1\}$/m);
      assert.deepEqual((await run<Tagged>('tag', id, 'urgent')).changed, []);
      assert.equal((await operations()).length, 2);
      await run('switch', 'measure');
      await run('tag', 'parser');
      assert.deepEqual((await run<Tagged>('tag')).counts, [
        { tag: 'parser', conversations: 2 },
        { tag: 'urgent', conversations: 1 },
      ]);
      await run('tag', '-d', id.slice(0, 4), 'urgent');
      assert.match(card(), /^tagrev: \{parser: 1, urgent: 2\}$/m);
      await run('undo');
      assert.match(card(), /^tagrev: \{parser: 1, urgent: 3\}$/m);
      await run('redo');
      assert.deepEqual((await run<Tagged>('tag', id)).tags, ['parser']);
      assert.equal((await fails('tag', '-d', id, 'urgent')).code, 'unknown-tag');
      assert.equal((await fails('tag', '-d', id)).code, 'unknown-flag');
      assert.equal(fsckOf(home.gitdir()), '');
    });

    test('an edit raises the counter of its field, keeps what stood there, and is one operation to undo', async (t) => {
      const { run, id, card, operations, fails } = await prepared(t);
      const first = await run<Edited>(
        'edit',
        id,
        '--status',
        'Waiting',
        '--priority',
        '2',
        '--intent',
        'release 1.2',
        '--notes',
        'Ask Ada.',
      );
      assert.deepEqual(first.changes, [
        { field: 'status', before: null, after: 'waiting' },
        { field: 'priority', before: null, after: '2' },
        { field: 'intent', before: null, after: 'release 1.2' },
        { field: 'notes', before: null, after: 'Ask Ada.\n' },
      ]);
      assert.equal((await operations())[0]?.sentence, `Changed ${id}: status waiting, priority 2, intent "release 1.2", notes`);
      await run('edit', id, '--status', 'done', '--priority', '');
      assert.match(card(), /^rev: \{intent: 1, notes: 1, priority: 2, status: 2\}$/m);
      assert.match(card(), /^history: \{priority: \["2"\], status: \[waiting\]\}$/m);
      assert.doesNotMatch(card(), /^priority:/m);
      assert.ok(card().endsWith('---\nAsk Ada.\n'));
      assert.deepEqual((await run<Edited>('edit', id, '--status', 'done')).changes, []);
      await run('undo');
      assert.match(card(), /^status: waiting$/m);
      assert.match(card(), /^priority: "2"$/m);
      assert.equal((await fails('edit', `${id}@1`, '--status', 'done')).code, 'bad-value');
    });

    test('an import never overwrites a title or a project that a person gave', async (t) => {
      const { home, transcripts, run, id, card } = await prepared(t);
      assert.equal((await run<Edited>('rename', id, ' Lines:   CRLF ')).title, 'Lines: CRLF');
      await run('edit', id, '--project', 'splitter');
      const [one] = transcripts;
      assert.ok(one);
      one.meta('custom-title', { customTitle: 'The title of the tool' });
      one.user('Go on', {});
      one.says('On it');
      await home.put(pathOf(1), one.bytes);
      await run('import');
      await run('import', '--again');
      await run('reimport');
      assert.match(card(), /^title: "?Lines: CRLF"?$/m);
      assert.match(card(), /^project: splitter$/m);
      assert.deepEqual((await run<Edited>('edit', id, '--project', '')).changes, [{ field: 'project', before: 'splitter', after: null }]);
      await run('import', '--again');
      assert.doesNotMatch(card(), /^project:/m);
    });

    test('the card opens in the editor; only what changed there is saved, and a page that cannot be read is kept', async (t) => {
      const { home, run, id, card, operations } = await prepared(t);
      const script = join(home.folder, 'editor.mjs');
      const editing = (change: string) => {
        writeFileSync(
          script,
          `import fs from 'node:fs'; const file = process.argv[2]; const page = fs.readFileSync(file, 'utf8'); fs.writeFileSync(file, ${change})`,
        );
        const env = { PATH: process.env.PATH, CONVO_HOME: home.store(), EDITOR: `${process.execPath} '${script}'` };
        return cli(home, ['edit', id, '--json'], { engine, host: { env } });
      };
      const code = ({ err }: { err: string }) => (JSON.parse(err) as { code: string }).code;
      const changed = async (change: string) => (JSON.parse((await editing(change)).out) as { data: Edited }).data.changes;
      const before = await operations();
      assert.deepEqual(await changed('page'), []);
      assert.deepEqual(await changed(`''`), []);
      assert.deepEqual(await operations(), before);
      const edit = `page.replace('tags: []', 'tags: [b, A]').replace(/^title: .*$/m, 'title: Lines: CRLF # 1').replace('status:', 'status: X') + 'Notes\\n---\\n'`;
      assert.equal(code(await editing(`(${edit}).replace('priority:', 'priority: high')`)), 'bad-card-text');
      assert.deepEqual(await operations(), before);
      await run('edit', id, '--intent', 'meanwhile');
      await run('tag', id, 'c');
      assert.deepEqual(
        (await changed(`page.replace('priority: high', 'priority: 3')`)).map(({ field, after }) => [field, after]),
        [
          ['title', 'Lines: CRLF # 1'],
          ['status', 'x'],
          ['priority', '3'],
          ['notes', 'Notes\n---\n'],
          ['tags', 'a, b, c'],
        ],
      );
      assert.match(card(), /^intent: meanwhile$/m);
      for (const broken of [`'no page'`, `page + '\\u001b'`, `page.replace('status:', 'statsu:')`, `page.replace('[', '[&a x, *a, ')`]) {
        const text = card();
        assert.equal(code(await editing(broken)), 'bad-card-text', broken);
        assert.equal(card(), text);
        assert.deepEqual(await changed(`''`), []);
      }
    });

    test('values that are none are refused, and nothing changes', async (t) => {
      const { run, id, fails, operations } = await prepared(t);
      const wrong: string[][] = [
        ['rename', id, ''],
        ['rename', id, ' \t'],
        ['rename', id, 'a\nb'],
        ['rename', id, '\u001b[31mred'],
        ['rename', id, 'x'.repeat(201)],
        ['rename', id, 'left\u202eright'],
        ['edit', id, '--project', 'a\u0000b'],
        ['edit', id, '--status', 'a/b'],
        ['edit', id, '--status', 's'.repeat(33)],
        ['edit', id, '--priority', 'high'],
        ['edit', id, '--priority', '6'],
        ['edit', id, '--intent', 'i'.repeat(101)],
        ['edit', id, '--notes', '\u0007'],
        ['edit', id, '--notes', 'n'.repeat(33_000)],
        ['tag', id, 'two words'],
        ['tag', id, '.x'],
        ['tag', id, '__proto__'],
        ['tag', id, 'a,b'],
        ['tag', id, 't'.repeat(65)],
        ['tag', id, 'x\u200by'],
        ['tag', id, ...Array.from({ length: 65 }, (_, n) => `t${n}`)],
      ];
      for (const [verb = '', ...argv] of wrong) assert.equal((await fails(verb, ...argv)).code, 'bad-value', argv.join(' ').slice(0, 60));
      assert.equal((await operations()).length, 1);
      const strange = ['constructor', 'c++', '日本語', '12', 'no', 'area:x', '0.1'];
      assert.deepEqual((await run<Tagged>('tag', id, ...strange)).tags, [...strange].sort());
    });
  });
