import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { storeBackend } from '../../src/ops/backend.ts';
import { golden } from '../support/golden.ts';
import { now, type Ran, type RunOptions, runConvo } from '../support/run.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'convo-diff-'));

const convo = (argv: readonly string[], options: RunOptions = {}): Promise<Ran> =>
  runConvo(argv, { home, backend: storeBackend(), ...options });

/** One question asked of two tools: of Claude Code with a rewind and a fork, of Codex with a fork. */
before(async () => {
  for (const name of ['claude-code/everyday', 'codex/asked-again']) cpSync(join(fixtures, name, 'home'), home, { recursive: true });
  const rest = new Date(now - 8 * 24 * 60 * 60 * 1000);
  for (const entry of readdirSync(home, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) utimesSync(join(entry.parentPath, entry.name), rest, rest);
  }
  const imported = await convo(['import']);
  assert.equal(imported.exit, 0, imported.err);
});

after(() => rmSync(home, { recursive: true, force: true }));

const branches = ['7790/main', '7790/main-agf74hws'];
const tools = ['8cb8', '7790/main'];

const cases: [name: string, argv: string[], options?: RunOptions][] = [
  ['branches', branches],
  ['rewind', ['8cb8/main', '8cb8']],
  ['tools', tools],
  ['unified', [...branches, '--unified']],
  ['stat', [...tools, '--stat']],
  ['prompts', [...tools, '--prompts']],
  ['tool-calls', [...branches, '--tools']],
  ['files', [...tools, '--files']],
  ['full', [...branches, '--full']],
  ['side-by-side-80', [...branches, '--side-by-side'], { columns: 80, terminal: true, env: { NO_COLOR: '1', PAGER: 'cat' } }],
  ['side-by-side-120', [...tools, '--side-by-side'], { columns: 120, terminal: true, env: { NO_COLOR: '1', PAGER: 'cat' } }],
  ['color', [...branches], { columns: 100, terminal: true, env: { PAGER: 'cat' } }],
  ['steps', ['8cb8@2.3', '8cb8@2.5']],
  ['nothing', ['8cb8@2', '8cb8/main@2']],
];

for (const [name, argv, options] of cases) {
  test(`diff ${name}: text`, async () => {
    const ran = await convo(['diff', ...argv], options);
    assert.equal(ran.exit, 0, ran.err);
    assert.equal(ran.err, '');
    golden(`text/diff-${name}.txt`, `$ convo diff ${argv.join(' ')}\n${ran.out}`, { home });
  });
}

for (const [name, argv] of [
  ['branches', branches],
  ['tools', tools],
  ['nothing', ['8cb8@2', '8cb8/main@2']],
] as const) {
  test(`diff ${name}: json`, async () => {
    const ran = await convo(['diff', ...argv, '--json']);
    assert.equal(ran.exit, 0, ran.err);
    golden(`json/diff-${name}.json`, ran.out, { home });
  });
}

test('--html writes one page, and tells where', async () => {
  const file = join(home, 'diff.html');
  const ran = await convo(['diff', ...tools, '--html', 'diff.html']);
  assert.deepEqual([ran.exit, ran.err], [0, '']);
  assert.match(ran.out, /^Wrote ~\/diff\.html, \d+ KB\n1 turn the same, 3 changed, 2 only in a\n$/);
  golden('html/diff-tools.html', readFileSync(file, 'utf8'), { home });
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const told = JSON.parse((await convo(['diff', ...branches, '--html', file, '--json'])).out) as { data: { html: string } };
  assert.equal(told.data.html, file);
  golden('html/diff-branches.html', readFileSync(file, 'utf8'), { home });
  assert.equal(statSync(file).mode & 0o777, 0o600, 'a page is replaced by the next one');
});

test('a range is compared as git does it', async () => {
  const both = await convo(['diff', ...branches]);
  assert.equal((await convo(['diff', branches.join('..')])).out, both.out);
  const since = await convo(['diff', branches.join('...'), '--json']);
  const { a, b, counts } = (JSON.parse(since.out) as { data: { a: { name: string }; b: { name: string }; counts: unknown } }).data;
  assert.deepEqual([a.name, b.name], ['7790qdhqvw/main-agf74hws@2', '7790qdhqvw/main-agf74hws']);
  assert.deepEqual(counts, { same: 0, alike: 0, changed: 0, removed: 0, added: 2 });
  assert.match((await convo(['diff', tools.join('...')])).err, /share no|no merge base|in common/i);
});

test('one revision is compared with the current branch', async () => {
  const ran = await convo(['diff', '8cb8@4', '--stat']);
  assert.equal(ran.exit, 0);
  assert.match(ran.err, /^Reading 7790qdhqvw/);
});

test('--exit-code tells by its exit code whether anything differs', async () => {
  assert.equal((await convo(['diff', ...branches, '--exit-code'])).exit, 1);
  assert.equal((await convo(['diff', '8cb8', '8cb8', '--exit-code'])).exit, 0);
  assert.equal((await convo(['diff', ...branches])).exit, 0);
});

test('what cannot be compared is told', async () => {
  writeFileSync(join(home, 'notes.md'), 'mine');
  symlinkSync(join(home, 'notes.md'), join(home, 'link.html'));
  const told: [argv: string[], exit: number, said: RegExp][] = [
    [['diff'], 2, /needs a revision/],
    [['diff', 'nowhere', '8cb8'], 1, /Nothing here is called "nowhere"/],
    [['diff', '8cb8@2.99', '8cb8'], 1, /no step 99/],
    [['diff', '8cb8', '7790', '--html', 'nowhere/x.html'], 1, /Cannot write .*x\.html: its folder is not there/],
    [['diff', '8cb8', '7790', '--html', 'notes.md'], 1, /There is a file at .*notes\.md already/],
    [['diff', '8cb8', '7790', '--html', 'link.html'], 1, /There is a link at .*link\.html already/],
    [['diff', '8cb8', '7790', '--html', 'x.html', '--stat'], 2, /--html and --stat cannot go together/],
    [['diff', '8cb8', '7790', '--stat', '-y'], 2, /--stat and --side-by-side cannot go together/],
  ];
  for (const [argv, exit, said] of told) {
    const ran = await convo(argv);
    assert.equal(ran.exit, exit, argv.join(' '));
    assert.match(ran.err, said);
  }
  assert.equal(readFileSync(join(home, 'notes.md'), 'utf8'), 'mine');
});
