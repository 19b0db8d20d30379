import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import type { Card } from '../../src/model/card.ts';
import { cardPath, printCard } from '../../src/model/card-page.ts';
import { cataloguePages, isCataloguePage } from '../../src/model/catalogue/pages.ts';
import { type CatalogueRow, hostLinks, toldRows } from '../../src/model/catalogue/rows.ts';
import { hash } from '../../src/model/hash.ts';
import type { ConversationId, ToolId } from '../../src/model/ids.ts';
import { catalogueRows } from '../../src/ops/catalogue-rows.ts';
import type { Entry } from '../../src/store/entry.ts';
import { hostileText } from '../support/arbitrary.ts';
import { golden } from '../support/golden.ts';
import { gitOf } from '../support/told-store.ts';

const rowOf = (id: string, more: Partial<CatalogueRow> = {}): CatalogueRow => ({
  id: id as ConversationId,
  tool: 'claude-code' as ToolId,
  title: `Title of ${id}`,
  project: 'example.com/org/app',
  started: '2026-02-10T02:00:00.000Z',
  updated: '2026-02-10T02:13:00.000Z',
  turns: 4,
  answered: true,
  active: 'main',
  ...more,
});

const few: CatalogueRow[] = [
  rowOf('7qk2m4xw9d', {
    title: 'Fix the line splitter',
    tags: ['parser', 'urgent'],
    status: 'active',
    priority: '2',
    intent: 'release 1.2',
  }),
  rowOf('3hs8c5v7ba', {
    title: 'Try redis for the queue',
    project: 'example.com/org/queue',
    tool: 'codex' as ToolId,
    active: 'main-x1y2z3a4',
  }),
  rowOf('9zzz8yyy7x', { title: 'hi', answered: false, project: '/home/ada/notes' }),
  rowOf('5vw1q8z3kx', { title: '日本語 | `code` <b>', project: '', updated: '2026-03-01T23:59:59.000Z', tags: [...'abcdefghij'] }),
  rowOf('1aa1aa1aa1', { title: '', started: undefined, updated: undefined, turns: 1200 }),
];

test('the pages of a small catalogue', () => {
  const pages = cataloguePages(few);
  golden('pages/catalogue.md', [...pages].map(([path, page]) => `==> ${path}\n${page}`).join('\n'));
  assert.ok([...pages.keys()].every(isCataloguePage));
  assert.ok(!isCataloguePage('conversations/7/q/7qk2m4xw9d.md') && !isCataloguePage('convo.yaml'));
});

test('links lead to the branch on each kind of host', () => {
  const target = (links: 'tree' | 'branch' | 'card', page: number) =>
    /\[Fix the line splitter\]\(([^)]*)\)/.exec([...cataloguePages(few.slice(0, 1), { links }).values()][page] ?? '')?.[1] ?? '';
  // Where the host shows README.md and projects/1/x.md: github.com/o/r/blob/main/, gitea.example/o/r/src/branch/main/
  const at = (base: string, links: 'tree' | 'branch' | 'card') =>
    ['', 'projects/1/'].map((folder, page) => new URL(target(links, page), `https://host/o/r/${base}/main/${folder}`).pathname);
  const branch = 'claude-code/7qk2m4xw9d/main';
  assert.deepEqual(new Set(at('blob', 'tree')), new Set([`/o/r/tree/${branch}`]));
  assert.deepEqual(new Set(at('src/branch', 'branch')), new Set([`/o/r/src/branch/${branch}`]));
  assert.deepEqual(new Set(at('blob', 'card')), new Set([`/o/r/blob/main/${cardPath('7qk2m4xw9d' as ConversationId)}`]));
  const joined = rowOf('7qk2m4xw9d', { active: '5vw1q8z3kx', home: { conversation: '5vw1q8z3kx' as ConversationId, branch: 'main-2' } });
  assert.match(cataloguePages([joined]).get('README.md') ?? '', /\(\.\.\/\.\.\/tree\/claude-code\/5vw1q8z3kx\/main-2\)/);
  for (const [url, links] of [
    ['git@github.com:ada/convos.git', 'tree'],
    ['https://gitlab.example/gitea/convos', 'tree'],
    ['https://ada@codeberg.org/ada/convos', 'branch'],
    ['ssh://git@gitea.example:2222/ada/convos', 'branch'],
    ['git@forgejo.lan:convos', 'branch'],
    ['/srv/gitea/convos', 'tree'],
  ] as const)
    assert.equal(hostLinks(url), links, url);
});

/** A link with words in which nothing means anything, or code. */
const harmless = /\[(?:\\[\\`*_{}[\]<>|~&!#$^=]|[^\\`*_{}[\]<>|~&!#$^=\n])+\]\((?:\.\.\/)*[a-z0-9/._-]+(?:README\.md)?\)|`[^`|\\\n]+`/g;

test('titles and labels are harmless whatever they hold: words of links, and code', () => {
  const hostile = fc.array(
    fc.oneof(hostileText, fc.constantFrom('|', '`', '\\', ']', '](http://e.com)', '![x](y)', '<b>', '@ada', 'www.e.com', '$x$', '&lt;')),
    { maxLength: 5 },
  );
  const text = hostile.map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(
      fc.record({
        title: text,
        project: text,
        status: text,
        priority: text,
        intent: text,
        active: text,
        updated: text,
        tags: fc.array(text, { maxLength: 10 }),
      }),
      (labels) => {
        for (const [path, page] of cataloguePages([rowOf('7qk2m4xw9d', labels)])) {
          const bare = page.replace(harmless, 'x');
          assert.match(bare, /^[\w\s#|:.,;·/()-]*$/, page);
          for (const line of bare.split('\n').filter((one) => one.startsWith('|')))
            assert.ok([5, 9].includes(line.split('|').length), line);
          assert.ok(
            Buffer.byteLength(page) < 8000 &&
              !/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/.test(page),
            path,
          );
        }
      },
    ),
  );
});

const words = (seed: string, n: number) =>
  hash(seed)
    .slice(0, n * 6)
    .replace(/.{6}/g, '$& ')
    .trim();

/** As a large library is: titles that hardly compress, 40 projects of which one has a sixth. */
const large = Array.from({ length: 10_000 }, (_, n): CatalogueRow => {
  const began = Date.UTC(2024, 0, 1) + n * 3_600_000;
  return rowOf(hash('id', String(n)).slice(0, 10), {
    title: words(`title ${n}`, 8),
    tool: (n % 3 ? 'claude-code' : 'codex') as ToolId,
    project: `example.com/org/project-${n % 6 === 0 ? 0 : n % 40}`,
    started: new Date(began).toISOString(),
    updated: new Date(began + (n % 500) * 60_000).toISOString(),
    turns: 2 + (n % 97),
    active: n % 7 ? 'main' : `main-${hash(String(n)).slice(0, 8)}`,
    ...(n % 4 ? {} : { tags: [words(`tag ${n % 30}`, 1)], status: 'done' }),
  });
});

/** Returns the bytes of the objects of the second of two catalogues that are not in the first, as git keeps them without deltas. */
function added(t: TestContext, catalogues: readonly (readonly CatalogueRow[])[]): number {
  const gitdir = mkdtempSync(join(tmpdir(), 'convo-catalogue-'));
  t.after(() => rmSync(gitdir, { recursive: true, force: true }));
  gitOf(gitdir, 'init', '--bare', '--quiet');
  for (const rows of catalogues) {
    const card = ({ id, tool, title, project }: CatalogueRow): Card => ({
      id,
      tool,
      title,
      project,
      native: [],
      branches: { main: { at: hash(title).slice(0, 40) } },
    });
    const files = [...cataloguePages(rows), ...rows.map((one): [string, string] => [cardPath(one.id), printCard(card(one))])];
    const changes = files.map(([path, page]) => `M 100644 inline ${path}\ndata ${Buffer.byteLength(page)}\n${page}\n`).join('');
    const stream = `commit refs/heads/main\ncommitter convo <convo@localhost> 0 +0000\ndata 0\n${rows === catalogues[0] ? '' : 'from refs/heads/old^0\n'}deleteall\n${changes}\n`;
    const run = spawnSync(
      'git',
      ['--git-dir', gitdir, '-c', 'fastimport.unpackLimit=1', 'fast-import', '--quiet', '--force', '--depth=0'],
      { input: stream },
    );
    assert.equal(run.status, 0, String(run.stderr));
    gitOf(gitdir, 'update-ref', `refs/heads/${rows === catalogues[0] ? 'old' : 'new'}`, 'main');
  }
  const names = gitOf(gitdir, 'rev-list', '--objects', '--no-object-names', 'new', '^old');
  const run = spawnSync('git', ['--git-dir', gitdir, 'cat-file', '--batch-check=%(objectsize:disk)'], { input: names });
  return String(run.stdout)
    .split('\n')
    .reduce((sum, size) => sum + Number(size), 0);
}

test('among 10,000 conversations a new one, and one that grew, change the first page and one of their project, 30 KB at most in git', (t) => {
  const pages = cataloguePages(large);
  assert.equal([...pages.keys()].filter((path) => /^projects\/.\/project-0-/.test(path)).length, 10);
  assert.ok([...pages.values()].every((page) => page.split('\n').length <= 512));
  const grown = large.map((one, n) => (n === 5000 ? { ...one, turns: one.turns + 2, updated: '2026-02-10T02:13:00.000Z' } : one));
  const more = [...large, rowOf('newnewnewn', { project: 'example.com/org/project-0' })];
  for (const after of [grown, more]) {
    const changed = [...cataloguePages(after)].filter(([path, page]) => pages.get(path) !== page).map(([path]) => path);
    assert.deepEqual([changed.length, changed[0]], [2, 'README.md']);
    const bytes = added(t, [large, after]);
    t.diagnostic(`${bytes} bytes`);
    assert.ok(bytes > 10_000 && bytes <= 30_720, `${bytes} bytes`);
  }
});

test('the same conversations give the same pages in whatever order they come, and on a device that has not fetched some of them', () => {
  const pages = cataloguePages(large);
  const shuffled = [...large].sort((a, b) => (hash(a.id) < hash(b.id) ? -1 : 1));
  assert.deepEqual(cataloguePages(shuffled), pages);
  const told = toldRows(pages.values());
  const fromCards = large.map(({ started: _s, updated: _u, ...card }) => ({ ...card, active: 'main', turns: 0, ...told.get(card.id) }));
  assert.deepEqual(cataloguePages(fromCards), pages);
});

test('a conversation of which only the card is here keeps what the pages tell of it; one that is here is told by itself', () => {
  const entry = (id: string, branches: Entry['branches']): Entry => ({
    ...rowOf(id, {
      title: `New title of ${id}`,
      turns: branches.length,
      answered: branches.length > 0,
      updated: undefined,
      started: undefined,
    }),
    ...{ tags: ['x'], branches, natives: [] },
  });
  const branch = { name: 'main', tip: '0'.repeat(40), turns: 1 } as Entry['branches'][number];
  const pages = cataloguePages([rowOf('1aaaaaaaaa', { active: 'main-2' }), rowOf('2bbbbbbbbb', { active: 'main-2' })]);
  const rows = catalogueRows([entry('1aaaaaaaaa', []), entry('2bbbbbbbbb', [branch]), entry('3ccccccccc', [])], toldRows(pages.values()));
  assert.deepEqual(
    rows.map(({ id, title, updated, turns, active, answered }) => [id.charAt(0), title.slice(0, 9), updated, turns, active, answered]),
    [
      ['1', 'New title', '2026-02-10T02:13:00.000Z', 4, 'main-2', true],
      ['2', 'New title', undefined, 1, 'main', true],
      ['3', 'New title', undefined, 0, 'main', false],
    ],
  );
});

test('pages that are none are passed over at once, however long', () => {
  for (const piece of ['](', '](x) | a | 1 | ', '\\', '(/', '| `', '](/'])
    for (const head of ['|  |  | [', '|  |  | [x](', '|  |  | [x](y) | a | 1 | '])
      assert.equal(toldRows([head + piece.repeat(100_000)]).size, 0);
});
