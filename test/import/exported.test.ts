import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { convoOn, exportEach, runOn } from '../support/exported.ts';
import { documentMutant } from '../support/mutate.ts';
import { withHome } from '../support/run.ts';
import { caseHome, casesOf } from '../support/sources.ts';

const full = process.env.CONVO_CAMPAIGN === 'full';
const cases = full
  ? ['claude-code', 'codex'].flatMap((tool) => casesOf(tool).map((name) => [tool, name] as const))
  : ([
      ['claude-code', 'everyday'],
      ['codex', 'agents'],
      ['codex', 'forks'],
    ] as const);

/** What stands on the branches of a store, the catalogue left out. */
function refs(home: string, machine: string): string[] {
  const format = '--format=%(objectname) %(refname)';
  const all = execFileSync('git', ['--git-dir', join(home, machine, 'store.git'), 'for-each-ref', format, 'refs/heads/']).toString();
  return all
    .trim()
    .split('\n')
    .filter((ref) => !ref.endsWith('refs/heads/main'));
}

const samples = fileURLToPath(new URL('../../../shared/samples/', import.meta.url));
const inputs = [
  ...cases.map(([tool, name]) => ({ name: `${tool} ${name}`, path: caseHome(tool, name) })),
  ...(full ? ['claude-code', 'codex'] : []).map((tool) => ({ name: `the samples of ${tool}`, path: join(samples, tool) })),
];

for (const { name, path } of inputs) {
  test(`${name}: exported and imported elsewhere, the same branches with the same commits`, { skip: !existsSync(path) }, async () => {
    await withHome(async (home) => {
      await convoOn(home, 'here', 'import', '--close', path);
      const files = await exportEach(home, 'here');
      await convoOn(home, 'there', 'import', ...files);
      assert.deepEqual(refs(home, 'there'), refs(home, 'here'));
      await convoOn(home, 'there', 'verify');
      assert.match(await convoOn(home, 'there', 'import', ...files), /No new turn/);
      const before = refs(home, 'here');
      await convoOn(home, 'here', 'import', ...files);
      assert.deepEqual(refs(home, 'here'), before);
    });
  });
}

test("a tool's own format: its own importer takes it for the conversation that it is of", async () => {
  await withHome(async (home) => {
    await cp(caseHome('codex', 'agents'), home, { recursive: true });
    await convoOn(home, 'here', 'import', '--close');
    const before = refs(home, 'here');
    for (const tool of ['codex', 'claude-code']) {
      await convoOn(home, 'here', 'export', '-q', '--to', tool, '-o', join(home, `${tool}.jsonl`));
      assert.match(await convoOn(home, 'here', 'import', join(home, `${tool}.jsonl`)), /No new turn/);
      assert.deepEqual(refs(home, 'here'), before);
    }
  });
});

test('what people made keeps its ids, and the source itself goes on behind an export', async () => {
  await withHome(async (home) => {
    await cp(caseHome('claude-code', 'old-layouts'), home, { recursive: true });
    await convoOn(home, 'here', 'import', '--close');
    const [listed] = (JSON.parse(await convoOn(home, 'here', 'list', '--json')) as { data: { conversations: { id: string }[] } }).data
      .conversations;
    const id = listed?.id ?? '';
    await convoOn(home, 'here', 'amend', `${id}@1`, '-m', 'Asked otherwise');
    await convoOn(home, 'here', 'branch', 'try', `${id}@2`);
    const file = join(home, 'made.json');
    await convoOn(home, 'here', 'export', id, '-o', file);
    await convoOn(home, 'there', 'import', file);
    const idsOf = async (machine: string) =>
      (await convoOn(home, machine, 'log', id, '--oneline')).replace(/^\S+ .*\n/gm, (line) => `${line.split(' ')[0]}\n`);
    assert.equal(await idsOf('there'), await idsOf('here'));
    await convoOn(home, 'there', 'import', '--close');
    const all = JSON.parse(await convoOn(home, 'there', 'list', '--json')) as { data: { conversations: { id: string }[] } };
    assert.equal(all.data.conversations.filter((one) => one.id === id).length, 1);
  });
});

test('a damaged export is refused whole, in a sentence', async () => {
  await withHome(async (home) => {
    await cp(caseHome('codex', 'agents'), home, { recursive: true });
    await convoOn(home, 'here', 'import', '--close');
    const [file = ''] = await exportEach(home, 'here');
    const whole = await readFile(file, 'utf8');
    const broken = join(home, 'broken.json');
    const cases: [string, RegExp, (text: string) => string][] = [
      ['cut', /it is not JSON/, (text) => text.slice(0, -40)],
      ['another id', /tool, id and origin do not go together/, (text) => text.replace(/"id": "\w{10}"/, '"id": "7qk2m4xw9d"')],
      ['another turn', /is another one's/, (text) => text.replace(/"turns": \[\s*\{\s*"id": "\w{12}"/, '"turns": [{"id": "q7m2k4xw9d3f"')],
      ['no such turn', /is told nowhere/, (text) => text.replace(/"thread": \[/, '"thread": ["q7m2k4xw9d3f",')],
      ['a long title', /its title is longer/, (text) => text.replace(/"title": "[^"]*"/, `"title": "${'x'.repeat(5000)}"`)],
      ['a long source', /the source of main is longer/, (text) => text.replace(/"native": "[^"]*"/, `"native": "${'x'.repeat(5000)}"`)],
      ['a label', /its status is not at most 32/, (text) => text.replace('"status": null', '"status": "a\\nb"')],
      ['a tag', /a tag is not a word/, (text) => text.replace('"tags": []', '"tags": ["../x"]')],
      ['a branch', /the name of a branch/, (text) => text.replace('"name": "main"', '"name": "a..b"')],
      ['a page', /cannot be read/, (text) => text.replace('"page": "---\\nconvo: 1', '"page": "---\\nconvo: 9')],
    ];
    for (const [name, message, change] of cases) {
      await writeFile(broken, change(whole));
      const ran = await runOn(home, 'none', 'import', broken);
      assert.equal(ran.exit, 1, name);
      assert.match(ran.err, message, name);
    }
  });
});

test('whatever an export holds, what is imported of it verifies and can be read', async () => {
  await withHome(async (home) => {
    await cp(caseHome('claude-code', 'old-layouts'), home, { recursive: true });
    await cp(caseHome('codex', 'agents'), home, { recursive: true });
    await convoOn(home, 'here', 'import', '--close');
    const files = await exportEach(home, 'here');
    const before = refs(home, 'here');
    const damaged = join(home, 'damaged.json');
    for (let seed = 0; seed < (full ? 200 : 6); seed += 1) {
      const file = files[seed % files.length] ?? '';
      await writeFile(damaged, documentMutant(await readFile(file), seed));
      for (const machine of ['here', `there-${seed}`]) {
        const { exit, err } = await runOn(home, machine, 'import', damaged);
        assert.ok(exit === 0 || exit === 1 || exit === 3, `seed ${seed}: ${err}`);
        assert.doesNotMatch(err, /internal|bug/i, `seed ${seed}`);
        if (exit !== 1) await readsWhole(home, machine, `seed ${seed}`);
      }
    }
    const after = new Map(refs(home, 'here').map((ref) => ref.split(' ').reverse() as [string, string]));
    for (const [oid = '', ref = ''] of before.map((one) => one.split(' '))) isAncestor(home, 'here', oid, after.get(ref) ?? '');
  });
});

async function readsWhole(home: string, machine: string, name: string): Promise<void> {
  await convoOn(home, machine, 'verify');
  const listed = JSON.parse(await convoOn(home, machine, 'list', '--all', '--json')) as {
    data: { conversations: { id: string; branches: { name: string }[] }[] };
  };
  for (const { id, branches } of listed.data.conversations)
    for (const branch of branches) assert.notEqual(await convoOn(home, machine, 'export', `${id}/${branch.name}`), '', name);
}

/** A line that was here is only ever gone on from. */
function isAncestor(home: string, machine: string, old: string, tip: string): void {
  execFileSync('git', ['--git-dir', join(home, machine, 'store.git'), 'merge-base', '--is-ancestor', old, tip]);
}

interface Shown {
  id: string;
  title: string;
  active: string;
  tags: string[];
  status: string | null;
  priority: string | null;
  intent: string | null;
  branches: { name: string; label: string | null; turns: number; within: string | null }[];
}

async function shown(home: string, machine: string, id: string): Promise<Shown> {
  const listed = JSON.parse(await convoOn(home, machine, 'list', '--all', '--json')) as { data: { conversations: Shown[] } };
  const { title, active, tags, status, priority, intent, branches } =
    listed.data.conversations.find((one) => one.id === id) ?? assert.fail(id);
  return {
    ...{ id, title, active, tags, status, priority, intent },
    branches: branches.map(({ name, label, turns, within }) => ({ name, label, turns, within })).sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

const turnIds = async (home: string, machine: string, revision: string) => {
  const { data } = JSON.parse(await convoOn(home, machine, 'log', revision, '--turns', '--json')) as { data: { turns: { id: string }[] } };
  return data.turns.map(({ id }) => id);
};

const cardOf = (home: string, machine: string, id: string) => {
  const path = `main:conversations/${id.charAt(0)}/${id.charAt(1)}/${id}.md`;
  return execFileSync('git', ['--git-dir', join(home, machine, 'store.git'), 'show', path]).toString();
};

test('what people made and put on it comes along: turns, names and labels of branches, tags, status, notes, title', async () => {
  await withHome(async (home) => {
    await cp(caseHome('claude-code', 'everyday'), home, { recursive: true });
    await cp(caseHome('codex', 'forks'), home, { recursive: true });
    await convoOn(home, 'here', 'import', '--close');
    const [id, other] = ['8cb8y5aghn', 'dhxbje5fvq'];
    const made = [
      ['branch', 'try', `${id}@3`],
      ['branch', '-m', `${id}/try`, 'My try'],
      ['merge', `${id}/main-7j7ayddt`, '--into', `${id}/try`],
      ['amend', `${id}/main@1`, '-m', 'Asked otherwise'],
      ['revert', `${id}/main@2`],
      ['branch', 'within', `${id}/main@2`],
      ['switch', `${other}/main-3grry95f`],
      ['cherry-pick', `${id}/main@4`],
      ['tag', id, 'urgent', 'release:1.2'],
      [
        'edit',
        id,
        '--title',
        'My title',
        '--status',
        'active',
        '--priority',
        '2',
        '--intent',
        'release 1',
        '--notes',
        'See the other.\nToo.',
      ],
    ];
    for (const argv of made) await convoOn(home, 'here', ...argv);
    await convoOn(home, 'there', 'import', ...(await exportEach(home, 'here')));
    await convoOn(home, 'there', 'verify');
    for (const one of [id, other]) {
      const expected = await shown(home, 'here', one);
      assert.deepEqual(await shown(home, 'there', one), expected);
      for (const { name } of expected.branches)
        assert.deepEqual(await turnIds(home, 'there', `${one}/${name}`), await turnIds(home, 'here', `${one}/${name}`), `${one}/${name}`);
    }
    assert.match(cardOf(home, 'there', id), /\n---\nSee the other\.\nToo\.\n$/);
    // The tool's own title does not come back over the one that a person gave.
    await convoOn(home, 'there', 'import', '--close');
    assert.equal((await shown(home, 'there', id)).title, 'My title');
  });
});

test('labels of an export never stand against what was said here', async () => {
  await withHome(async (home) => {
    await cp(caseHome('claude-code', 'old-layouts'), home, { recursive: true });
    for (const machine of ['here', 'there']) await convoOn(home, machine, 'import', '--close');
    const [file = ''] = await exportEach(home, 'there');
    const id = file.slice(-15, -5);
    await convoOn(home, 'there', 'tag', id, 'on', 'off', 'new');
    await convoOn(
      home,
      'there',
      'edit',
      id,
      '--title',
      'Theirs',
      '--status',
      'done',
      '--priority',
      '1',
      '--intent',
      'theirs',
      '--notes',
      'Theirs',
    );
    await convoOn(home, 'here', 'tag', id, 'on', 'off');
    await convoOn(home, 'here', 'tag', '-d', id, 'off');
    await convoOn(home, 'here', 'edit', id, '--title', 'Mine', '--status', 'active', '--intent', 'mine');
    await convoOn(home, 'here', 'edit', id, '--intent', '');
    await convoOn(home, 'there', 'export', id, '--force', '-o', file);
    const before = refs(home, 'here');
    const told = await convoOn(home, 'here', 'import', file);
    assert.match(told, /\+priority, notes, tags/);
    const { title, tags, status, priority, intent } = await shown(home, 'here', id);
    assert.deepEqual(
      { title, tags, status, priority, intent },
      { title: 'Mine', tags: ['new', 'on'], status: 'active', priority: '1', intent: null },
    );
    assert.match(cardOf(home, 'here', id), /\n---\nTheirs\n$/);
    assert.doesNotMatch(cardOf(home, 'here', id), /source: claude-code/);
    assert.deepEqual(refs(home, 'here'), before);
    await convoOn(home, 'here', 'undo');
    assert.deepEqual((await shown(home, 'here', id)).tags, ['on']);
    assert.doesNotMatch(cardOf(home, 'here', id), /Theirs/);
  });
});

test('what is shown as one of several conversations says which other file to write, and is one elsewhere, too', async () => {
  await withHome(async (home) => {
    const folder = join(caseHome('codex', 'forks'), '.codex/sessions/2026/03/02');
    const [first = '', second = ''] = (await readdir(folder)).sort();
    for (const name of [second, first]) await convoOn(home, 'here', 'import', '--close', join(folder, name));
    const [entry] = (JSON.parse(await convoOn(home, 'here', 'list', '--json')) as { data: { conversations: Shown[] } }).data.conversations;
    assert.equal(entry?.branches.length, 2);
    const told = await runOn(home, 'here', 'export', entry?.id ?? '', '-o', join(home, 'one.json'));
    const [, other = ''] = /convo export (\w{10})\n/.exec(told.err) ?? [];
    assert.notEqual(other, '');
    const { out, err } = await runOn(home, 'here', 'export', other, '-o', join(home, 'two.json'));
    assert.match(out + err, new RegExp(`of ${entry?.id} as json|of ${other} as json`));
    await convoOn(home, 'there', 'import', join(home, 'one.json'), join(home, 'two.json'));
    assert.deepEqual(refs(home, 'there'), refs(home, 'here'));
    assert.deepEqual(await shown(home, 'there', entry?.id ?? ''), await shown(home, 'here', entry?.id ?? ''));
  });
});
