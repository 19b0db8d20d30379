import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Backend } from '../../src/ops/context.ts';
import { fakeBackend } from '../support/fake-store.ts';
import { golden } from '../support/golden.ts';
import { library } from '../support/library.ts';
import { broken, nothingNew, writing } from '../support/results.ts';
import { type RunOptions, runConvo, withHome } from '../support/run.ts';
import { primaryStanding } from '../support/sync-results.ts';

const full = fakeBackend(library, writing);
const empty = fakeBackend(undefined, writing);
const standing = { ...primaryStanding, ahead: 0, behind: 0 };
const allThere = fakeBackend(library, { ...writing, findTools: async () => [], aheadOfPrimary: async () => standing });
const unsent = fakeBackend(library, { ...writing, aheadOfPrimary: async () => ({ ...standing, ahead: 3, met: false }) });
const noTools = fakeBackend(undefined, { findTools: async () => [] });
const bad = fakeBackend(library, { ...writing, verify: async () => broken, importSources: async () => nothingNew });

interface Case {
  name: string;
  argv: string[];
  backend?: Backend;
  exit?: number;
  options?: RunOptions;
}

/** One golden for the text and one for the JSON of each. */
const cases: Case[] = [
  { name: 'overview', argv: [] },
  { name: 'overview-first', argv: [], backend: empty },
  { name: 'overview-no-tools', argv: [], backend: noTools },
  { name: 'status', argv: ['status'] },
  { name: 'status-all-there', argv: ['status'], backend: allThere },
  { name: 'status-unsent', argv: ['status'], backend: unsent },
  { name: 'import', argv: ['import'], exit: 3 },
  { name: 'import-dry-run', argv: ['import', '--dry-run'], exit: 3 },
  { name: 'import-report', argv: ['import', '--report'], exit: 3 },
  { name: 'import-nothing-new', argv: ['import'], backend: bad },
  { name: 'list', argv: ['list'] },
  { name: 'list-all', argv: ['ls', '--all', '-n', '2'] },
  {
    name: 'list-labels',
    argv: ['list', '--tag', 'parser', '-t', 'urgent', '--status', 'active', '--priority', '2', '--intent', 'release'],
  },
  { name: 'list-text', argv: ['list', 'redis', 'queue'] },
  { name: 'list-sorted', argv: ['list', '--sort', 'title', '--reverse', '--group-by', 'none', '--all'] },
  { name: 'list-intent', argv: ['list', '--group-by', 'intent', '--agents'] },
  { name: 'list-date', argv: ['list', '--group-by', 'date'] },
  { name: 'list-wide', argv: ['list', '-g', 'status'], options: { terminal: true, columns: 120, env: { PAGER: 'cat', NO_COLOR: '1' } } },
  { name: 'help-list', argv: ['list', '--help'] },
  { name: 'list-none', argv: ['list', '--grep', 'nowhere'] },
  { name: 'log', argv: ['log', '7qk2'] },
  { name: 'log-current', argv: ['log'] },
  { name: 'log-turns', argv: ['log', '7qk2', '--turns'] },
  { name: 'log-oneline', argv: ['log', '7qk2', '--oneline'] },
  { name: 'log-graph', argv: ['log', '7qk2', '--graph'] },
  { name: 'log-stat', argv: ['log', '7qk2', '--stat'] },
  { name: 'log-patch', argv: ['log', '7qk2', '-p', '--reverse'] },
  { name: 'log-grep', argv: ['log', '7qk2/main-2', '--grep', 'BENCH', '-n1'] },
  { name: 'log-to-turn', argv: ['log', '7qk2@2'] },
  { name: 'log-open', argv: ['log', '7qk2@5', '--turns'] },
  { name: 'log-range', argv: ['log', '7qk2/main..7qk2/main-2'] },
  { name: 'log-range-both', argv: ['log', 'main...main-2'] },
  { name: 'log-range-oneline', argv: ['log', 'main...main-2', '--oneline'] },
  { name: 'log-merge-base', argv: ['log', '--merge-base', 'main', 'main-2'] },
  { name: 'show', argv: ['show', '7qk2'] },
  { name: 'show-current', argv: ['show'] },
  { name: 'show-turn', argv: ['show', '7qk2@2'] },
  { name: 'show-step', argv: ['show', '7qk2@2.2'] },
  { name: 'show-full', argv: ['show', '7qk2@4', '--full'] },
  { name: 'show-edit', argv: ['show', '7qk2@2', '--full'] },
  { name: 'show-open', argv: ['show', '7qk2@-1'] },
  { name: 'show-agent', argv: ['show', '7qk2@4/a1b'] },
  { name: 'show-agent-turn', argv: ['show', '@4/a1b2c3@-1.1', '--full'] },
  { name: 'log-agent', argv: ['log', '7qk2@-2/a1b2c3'] },
  { name: 'show-prompts', argv: ['show', '7qk2', '--prompts'] },
  { name: 'context', argv: ['context', '7qk2@4', '-b', '260'] },
  { name: 'context-whole', argv: ['context', '7qk2/main-2', '3hs8', '--model', 'gpt-5-codex'] },
  { name: 'context-terminal', argv: ['context', '3hs8'], options: { terminal: true, env: { PAGER: 'cat', NO_COLOR: '1' } } },
  { name: 'help-context', argv: ['context', '--help'] },
  { name: 'export', argv: ['export', '7qk2@4'] },
  { name: 'export-openai', argv: ['export', '7qk2@4', '--to', 'openai'] },
  { name: 'export-anthropic', argv: ['export', '7qk2@4', '--to', 'anthropic'] },
  { name: 'export-json', argv: ['export', '7qk2', '--to', 'json'] },
  { name: 'export-html', argv: ['export', '7qk2', '--to', 'html'] },
  { name: 'export-folder', argv: ['export', '7qk2', '-o', 'splitter/'] },
  { name: 'export-codex', argv: ['export', '7qk2', '--to', 'codex'] },
  { name: 'export-all', argv: ['export', '--all', 'library'] },
  { name: 'help-export', argv: ['export', '--help'] },
  { name: 'blame', argv: ['blame', 'last line', '7qk2'] },
  { name: 'blame-call', argv: ['blame', 'npm test'] },
  { name: 'blame-file', argv: ['blame', 'lines.ts'] },
  { name: 'blame-text', argv: ['blame', 'src/lines.ts', '--text', '-n', '1'] },
  { name: 'blame-regex', argv: ['blame', '-iE', 'the (bench|redis)\\w*', '--all'] },
  { name: 'blame-agent', argv: ['blame', 'No problem'] },
  { name: 'blame-nothing', argv: ['blame', 'localStorage'], exit: 1 },
  { name: 'help-blame', argv: ['blame', '--help'] },
  { name: 'help-bisect', argv: ['help', 'bisect'] },
  { name: 'switch', argv: ['switch', 'redis'] },
  { name: 'resume', argv: ['resume'] },
  { name: 'resume-inside', argv: ['resume', '7qk2@6.3', '--trust'] },
  { name: 'resume-dry-run', argv: ['resume', '7qk2/try-redis', '--in', 'codex', '--dry-run'] },
  { name: 'resume-other', argv: ['resume', '7qk2', '--in', 'other'] },
  { name: 'resume-output', argv: ['resume', '7qk2', '--in', 'other', '-o', 'go-on.md'] },
  { name: 'branch', argv: ['branch', '-l', '7qk2'] },
  { name: 'branch-current', argv: ['branch'] },
  { name: 'branch-all', argv: ['branch', '--all'] },
  { name: 'branch-make', argv: ['branch', 'try-redis', '@4'] },
  { name: 'branch-make-step', argv: ['branch', 'try-redis', '@4.3'] },
  { name: 'branch-label', argv: ['branch', '-m', 'main-2', 'with benchmarks'] },
  { name: 'branch-delete', argv: ['branch', '-d', 'main-2'] },
  { name: 'branch-force-delete', argv: ['branch', '-D', 'main-2'] },
  { name: 'merge', argv: ['merge', 'try-redis'] },
  { name: 'merge-nothing', argv: ['merge', 'old'] },
  { name: 'merge-dry-run', argv: ['merge', 'clash', '--dry-run'] },
  { name: 'merge-turns', argv: ['merge', 'try-redis', '--turns', '5,6'] },
  { name: 'merge-conflicts', argv: ['merge', 'clash'], exit: 4 },
  { name: 'merge-continue', argv: ['merge', '--continue', '--theirs'] },
  { name: 'merge-abort', argv: ['merge', '--abort'] },
  { name: 'cherry-pick', argv: ['cherry-pick', 'try-redis@5', 'try-redis@6'] },
  { name: 'revert', argv: ['revert', '@4'] },
  { name: 'amend', argv: ['amend', '@4', '-m', 'Yes: a list keeps the order'] },
  { name: 'amend-nothing', argv: ['amend', '@4', '-m', 'same'] },
  { name: 'tag', argv: ['tag'] },
  { name: 'tag-list', argv: ['tag', '7qk2'] },
  { name: 'tag-add', argv: ['tag', '7qk2', 'urgent', 'bench'] },
  { name: 'tag-again', argv: ['tag', '7qk2', 'bench'] },
  { name: 'tag-delete', argv: ['tag', '-d', '7qk2', 'bench'] },
  { name: 'edit', argv: ['edit', '7qk2', '--status', 'done', '--priority', '1', '--notes', 'Two\nlines\n'] },
  { name: 'edit-empty', argv: ['edit', '--status', ''] },
  { name: 'edit-nothing', argv: ['edit'] },
  { name: 'rename', argv: ['rename', '7qk2', 'Line splitter: CRLF'] },
  { name: 'help-tag', argv: ['tag', '--help'] },
  { name: 'help-edit', argv: ['edit', '--help'] },
  { name: 'clone', argv: ['clone', 'nas:convo.git'] },
  { name: 'clone-refused', argv: ['clone', 'nas:convo.git', '--name', 'odd'], exit: 3 },
  { name: 'help-clone', argv: ['clone', '--help'] },
  { name: 'remote', argv: ['remote', 'list'] },
  { name: 'remote-add', argv: ['remote', 'add', 'origin', 'git@github.com:ada/conversations.git'] },
  { name: 'remote-set', argv: ['remote', 'set', 'work', '--only', 'tag:work', '--no-raw'] },
  { name: 'remote-remove', argv: ['remote', 'remove', 'disk'] },
  { name: 'remote-test', argv: ['remote', 'test'] },
  { name: 'remote-test-absent', argv: ['remote', 'test', 'disk'], exit: 1 },
  { name: 'remote-test-unfit', argv: ['remote', 'test', 'work'] },
  { name: 'help-remote', argv: ['remote', '--help'] },
  { name: 'sync', argv: ['sync'] },
  { name: 'sync-copy-away', argv: ['sync', 'nas'], exit: 3 },
  { name: 'sync-refused', argv: ['sync', 'usb'], exit: 3 },
  { name: 'pull', argv: ['pull'] },
  { name: 'push', argv: ['push'] },
  { name: 'fetch', argv: ['fetch'] },
  { name: 'help-sync', argv: ['sync', '--help'] },
  { name: 'help-push', argv: ['push', '--help'] },
  { name: 'undo', argv: ['undo'] },
  { name: 'undo-dry-run', argv: ['undo', '51ab', '--dry-run'] },
  { name: 'undo-resume', argv: ['undo', '77ab'] },
  { name: 'redo', argv: ['redo'] },
  { name: 'redo-dry-run', argv: ['redo', '--dry-run'] },
  { name: 'op-log', argv: ['op', 'log'] },
  { name: 'op-show', argv: ['op', 'show', '9f3c'] },
  { name: 'verify', argv: ['verify'] },
  { name: 'verify-broken', argv: ['verify'], backend: bad, exit: 1 },
  { name: 'reimport', argv: ['reimport'] },
  { name: 'reimport-dry-run', argv: ['reimport', '--dry-run', '7qk2'] },
  { name: 'config', argv: ['config'] },
  { name: 'config-key', argv: ['config', 'engine'] },
  { name: 'config-set', argv: ['config', 'engine', 'system'] },
  { name: 'completion-bash', argv: ['completion', 'bash'] },
  { name: 'completion-zsh', argv: ['completion', 'zsh'] },
  { name: 'completion-fish', argv: ['completion', 'fish'] },
  { name: 'help', argv: ['help'] },
  { name: 'help-exit-codes', argv: ['help', 'exit-codes'] },
  { name: 'help-log', argv: ['log', '--help'] },
  { name: 'help-import', argv: ['help', 'import'] },
  { name: 'version', argv: ['version'] },
];

async function both(one: Case, json: boolean): Promise<void> {
  await withHome(async (home) => {
    const argv = json ? [...one.argv, '--json'] : one.argv;
    const ran = await runConvo(argv, { backend: one.backend ?? full, home, ...one.options });
    const shown = json ? ran.out : `$ convo ${argv.join(' ')}\n${ran.err === '' ? '' : `${ran.err}--\n`}${ran.out}`;
    assert.equal(ran.exit, one.exit ?? 0, ran.err);
    if (json) assert.equal(ran.err, '');
    golden(`${json ? 'json' : 'text'}/${one.name}.${json ? 'json' : 'txt'}`, shown, { home, store: `${home}/store` });
  });
}

for (const one of cases) {
  test(`${one.name}: text`, () => both(one, false));
  test(`${one.name}: json`, () => both(one, true));
}

test('every schema is one document of schema, data and warnings', async () => {
  for (const { argv, backend } of cases) {
    await withHome(async (home) => {
      const { out } = await runConvo(['--json', ...argv], { backend: backend ?? full, home });
      const document = JSON.parse(out) as Record<string, unknown>;
      assert.deepEqual(Object.keys(document), ['schema', 'data', 'warnings']);
      assert.match(String(document.schema), /^convo\.[a-z]+\/1$/);
    });
  }
});
