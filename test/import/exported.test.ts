import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
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

for (const [tool, name] of cases) {
  test(`${tool} ${name}: exported and imported elsewhere, the same branches with the same commits`, async () => {
    await withHome(async (home) => {
      await cp(caseHome(tool, name), home, { recursive: true });
      await convoOn(home, 'here', 'import', '--close');
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
