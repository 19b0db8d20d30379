import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { realHost } from '../../src/host.ts';
import { openContext } from '../../src/ops/context.ts';
import { list as listConversations } from '../../src/ops/list.ts';
import { lineWidth } from '../../src/ui/line.ts';
import { listView } from '../../src/ui/text/list.ts';
import { hostileText } from '../support/arbitrary.ts';
import { fakeBackend, type Told, turn } from '../support/fake-store.ts';
import { runConvo } from '../support/run.ts';

type Card = Told['card'];

const talk = (id: string, title: string, project: string, turns: number, minutes: number, card: Card, tool = 'claude-code'): Told => ({
  id,
  title,
  project,
  tool,
  card: card ?? {},
  branches: { main: Array.from({ length: turns }, (_, at) => turn(`${id}${at % 10}${(at + 1) % 10}`, at + 1, title, minutes)) },
});

/** Newest first. */
const store: Told[] = [
  talk('aaaaaaaaaa', 'Split lines', 'example.com/org/app', 2, 5000, { tags: ['parser', 'urgent'], status: 'active', priority: '2' }),
  talk('bbbbbbbbbb', 'bench the parser', 'example.com/org/app', 6, 4000, { tags: ['parser'], status: 'done', intent: 'Release 1.2' }),
  talk('cccccccccc', '日本語の行を分ける', '/home/ada/notes', 4, 100, { priority: '1', intent: 'release 1.2', tags: ['日本語'] }, 'codex'),
  talk('dddddddddd', 'Try redis', 'example.com/org/queue', 2, 50, {}),
];
const backend = fakeBackend(store);

interface Listed {
  conversations: { id: string }[];
  groups: { name: string; conversations: number }[];
}

async function listed(...argv: string[]): Promise<{ ids: string; groups: string[] }> {
  const ran = await runConvo(['list', ...argv, '--json'], { backend });
  assert.equal(ran.exit, 0, ran.err);
  const { conversations, groups } = (JSON.parse(ran.out) as { data: Listed }).data;
  return { ids: conversations.map(({ id }) => id.charAt(0)).join(''), groups: groups.map(({ name, conversations: n }) => `${name} ${n}`) };
}

test('filters go together', async () => {
  const cases: [argv: string[], ids: string][] = [
    [[], 'abcd'],
    [['--tag', 'parser'], 'ab'],
    [['-t', 'PARSER', '-t', 'urgent'], 'a'],
    [['--tag', 'pars'], ''],
    [['--status', 'Done'], 'b'],
    [['--status', ''], 'cd'],
    [['--priority', '1'], 'c'],
    [['--priority', ''], 'bd'],
    [['--intent', 'RELEASE'], 'bc'],
    [['--intent', 'release', '--tool', 'codex'], 'c'],
    [['--project', 'org'], 'abd'],
    [['parser'], 'ab'],
    [['parser', 'bench'], 'b'],
    [['日本'], 'c'],
    [['dddd'], 'd'],
    [['--grep', 'parser'], 'b'],
    [['parser', '--since', '2026-02-13'], 'a'],
  ];
  for (const [argv, ids] of cases) assert.equal((await listed(...argv)).ids, ids, argv.join(' '));
  for (const [flag, value] of [
    ['--status', 'a/b'],
    ['--priority', 'high'],
    ['--sort', 'age'],
    ['--group-by', 'tag'],
  ] as const) {
    const ran = await runConvo(['list', flag, value], { backend });
    assert.deepEqual([ran.exit, ran.out], [2, '']);
  }
});

test('lists are sorted and grouped, what has no value comes last', async () => {
  const sorts: [string, string][] = [
    ['date', 'abcd'],
    ['started', 'abcd'],
    ['title', 'badc'],
    ['project', 'cabd'],
    ['priority', 'cabd'],
    ['status', 'abcd'],
    ['turns', 'bcad'],
  ];
  for (const [by, ids] of sorts) assert.equal((await listed('--sort', by, '--group-by', 'none')).ids, ids, by);
  assert.equal((await listed('--reverse', '-g', 'none')).ids, 'dcba');
  assert.equal((await listed('-s', 'turns', '-n', '2', '-g', 'none')).ids, 'bc');
  const groups: [string, string, string[]][] = [
    ['project', 'abcd', ['example.com/org/app 2', '/home/ada/notes 1', 'example.com/org/queue 1']],
    ['intent', 'bcad', ['Release 1.2 1', 'release 1.2 1', ' 2']],
    ['tool', 'abdc', ['claude-code 3', 'codex 1']],
    ['status', 'abcd', ['active 1', 'done 1', ' 2']],
    ['none', 'abcd', [' 4']],
  ];
  for (const [by, ids, names] of groups) assert.deepEqual(await listed('--group-by', by), { ids, groups: names }, by);
  assert.deepEqual(
    (await listed('--group-by', 'date', '--sort', 'turns')).groups.map((name) => name.slice(0, 7)),
    ['2026-02', '2026-02', '2026-02'],
  );
});

test('whatever the titles and labels are, rows are no wider than the terminal and end in one column', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(hostileText, hostileText), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 72, max: 140 }),
      async (rows, columns) => {
        const told = rows.map(([title, tag], at) => talk(`${at}aaaaaaaaa`, title, 'p', 2, at, { tags: [tag, 'x'], priority: '1' }));
        const context = openContext({ ...realHost(new AbortController().signal), cwd: '/', env: {} }, async () => fakeBackend(told), {
          store: '/nowhere',
        });
        const result = await listConversations(context, { groupBy: 'none' });
        const widths = [...listView(result, { columns, now: Date.UTC(2026, 1, 12), terminal: true, color: false, home: '' })].map(
          lineWidth,
        );
        assert.deepEqual(new Set(widths).size, 1, JSON.stringify(widths));
        assert.ok((widths[0] ?? 0) <= columns);
      },
    ),
    { numRuns: 60 },
  );
});
