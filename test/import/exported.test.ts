import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { convoJson } from '../../src/importers/convo-json/index.ts';
import type { ToolId } from '../../src/model/ids.ts';
import { storeBackend } from '../../src/ops/backend.ts';
import { scanOf, turnsOf } from '../support/importer.ts';
import { mutant } from '../support/mutate.ts';
import { type Ran, runConvo, withHome } from '../support/run.ts';
import { caseHome, casesOf } from '../support/sources.ts';

const full = process.env.CONVO_CAMPAIGN === 'full';
const cases = full
  ? ['claude-code', 'codex'].flatMap((tool) => casesOf(tool).map((name) => [tool, name] as const))
  : ([
      ['claude-code', 'everyday'],
      ['codex', 'agents'],
      ['codex', 'forks'],
    ] as const);

const run = (home: string, machine: string, ...argv: string[]): Promise<Ran> =>
  runConvo(argv, { home, backend: storeBackend(), env: { PATH: process.env.PATH ?? '', CONVO_HOME: join(home, machine) } });

const convo = async (home: string, machine: string, ...argv: string[]): Promise<string> => {
  const ran = await run(home, machine, ...argv);
  assert.ok(ran.exit === 0 || ran.exit === 3, `${argv.join(' ')}\n${ran.err}`);
  return ran.out;
};

/** What stands on the branches of a store, the catalogue left out. */
function refs(home: string, machine: string): string[] {
  const format = '--format=%(objectname) %(refname)';
  const all = execFileSync('git', ['--git-dir', join(home, machine, 'store.git'), 'for-each-ref', format, 'refs/heads/']).toString();
  return all
    .trim()
    .split('\n')
    .filter((ref) => !ref.endsWith('refs/heads/main'));
}

async function exportAll(home: string): Promise<string[]> {
  const listed = JSON.parse(await convo(home, 'here', 'list', '--all', '--json')) as { data: { conversations: { id: string }[] } };
  const files: string[] = [];
  for (const { id } of listed.data.conversations) {
    const file = join(home, `${id}.json`);
    files.push(file);
    await convo(home, 'here', 'export', id, '-o', file);
  }
  return files;
}

for (const [tool, name] of cases) {
  test(`${tool} ${name}: exported and imported elsewhere, the same branches with the same commits`, async () => {
    await withHome(async (home) => {
      await cp(caseHome(tool, name), home, { recursive: true });
      await convo(home, 'here', 'import', '--close');
      const files = await exportAll(home);
      await convo(home, 'there', 'import', ...files);
      assert.deepEqual(refs(home, 'there'), refs(home, 'here'));
      await convo(home, 'there', 'verify');
      assert.match(await convo(home, 'there', 'import', ...files), /No new turn/);
      const before = refs(home, 'here');
      await convo(home, 'here', 'import', ...files);
      assert.deepEqual(refs(home, 'here'), before);
    });
  });
}

test("a tool's own format: its own importer takes it for the conversation that it is of", async () => {
  await withHome(async (home) => {
    await cp(caseHome('codex', 'agents'), home, { recursive: true });
    await convo(home, 'here', 'import', '--close');
    const before = refs(home, 'here');
    for (const tool of ['codex', 'claude-code']) {
      await convo(home, 'here', 'export', '-q', '--to', tool, '-o', join(home, `${tool}.jsonl`));
      assert.match(await convo(home, 'here', 'import', join(home, `${tool}.jsonl`)), /No new turn/);
      assert.deepEqual(refs(home, 'here'), before);
    }
  });
});

test('what people made keeps its ids, and the source itself goes on behind an export', async () => {
  await withHome(async (home) => {
    await cp(caseHome('claude-code', 'old-layouts'), home, { recursive: true });
    await convo(home, 'here', 'import', '--close');
    const [listed] = (JSON.parse(await convo(home, 'here', 'list', '--json')) as { data: { conversations: { id: string }[] } }).data
      .conversations;
    const id = listed?.id ?? '';
    await convo(home, 'here', 'amend', `${id}@1`, '-m', 'Asked otherwise');
    await convo(home, 'here', 'branch', 'try', `${id}@2`);
    const file = join(home, 'made.json');
    await convo(home, 'here', 'export', id, '-o', file);
    await convo(home, 'there', 'import', file);
    const idsOf = async (machine: string) =>
      (await convo(home, machine, 'log', id, '--oneline')).replace(/^\S+ .*\n/gm, (line) => `${line.split(' ')[0]}\n`);
    assert.equal(await idsOf('there'), await idsOf('here'));
    await convo(home, 'there', 'import', '--close');
    const all = JSON.parse(await convo(home, 'there', 'list', '--json')) as { data: { conversations: { id: string }[] } };
    assert.equal(all.data.conversations.filter((one) => one.id === id).length, 1);
  });
});

test('a damaged export is refused whole, in a sentence, or imported as what it says; never a fault', async () => {
  await withHome(async (home) => {
    await cp(caseHome('codex', 'agents'), home, { recursive: true });
    await convo(home, 'here', 'import', '--close');
    const [file = ''] = await exportAll(home);
    const whole = await readFile(file);
    const importer = convoJson('codex' as ToolId);
    const stamp = { dev: 0, inode: 0, size: whole.length, mtimeMs: 0, companions: '' };
    for (let seed = 0; seed < (full ? 10_000 : 200); seed += 1) {
      const data = mutant(whole, seed);
      for (const key of ['#main', '@019ca000-0000-7000-8000-000000000062']) {
        const source = { tool: importer.tool, key: `x.json${key}`, path: 'x.json', stamp, given: true };
        const scanned = await scanOf(importer, source, data);
        const turns = await turnsOf(importer, source, data, scanned);
        assert.deepEqual(
          turns.map(({ id }) => id),
          scanned.outline.turns.map(({ id }) => id),
        );
        assert.ok(turns.length > 0 || scanned.skipped.length === 1 || scanned.outline.turns.length === 0, `seed ${seed}`);
      }
    }
    const broken = join(home, 'broken.json');
    const cases: [string, RegExp, (text: string) => string][] = [
      ['cut', /it is not JSON/, (text) => text.slice(0, -40)],
      ['another id', /tool, id and origin do not go together/, (text) => text.replace(/"id": "\w{10}"/, '"id": "7qk2m4xw9d"')],
      ['another turn', /is another one's/, (text) => text.replace(/"turns": \[\s*\{\s*"id": "\w{12}"/, '"turns": [{"id": "q7m2k4xw9d3f"')],
      ['no such turn', /is told nowhere/, (text) => text.replace(/"thread": \[/, '"thread": ["q7m2k4xw9d3f",')],
      ['a page', /cannot be read/, (text) => text.replace('"page": "---\\nconvo: 1', '"page": "---\\nconvo: 9')],
    ];
    for (const [name, message, change] of cases) {
      await writeFile(broken, change(whole.toString()));
      const ran = await run(home, 'none', 'import', broken);
      assert.equal(ran.exit, 1, name);
      assert.match(ran.err, message, name);
    }
  });
});
