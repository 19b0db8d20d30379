import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { countTokens as elsewhere } from 'gpt-tokenizer/encoding/o200k_base';
import { call, fakeBackend, type Told, turn } from '../support/fake-store.ts';
import { library, splitter } from '../support/library.ts';
import { runConvo, withHome } from '../support/run.ts';

const backend = fakeBackend(library);
const program = (script: string) => `'${process.execPath}' -e '${script}'`;
const context = (...argv: string[]) => withHome((home) => runConvo(['context', ...argv], { backend, home }));

test("a program of the user's gets the notes of what is not told in full, and what it prints is told", async () => {
  const echo = program('process.stdin.on("data", (all) => process.stdout.write("Seen: " + String(all).replace(/\\s+/g, " ")))');
  const { exit, out } = await context('7qk2@4', '-b', '260', '-s', echo);
  assert.equal(exit, 0);
  assert.match(out, /told by a program\n\n### Summed up by node\S*\n\n> Seen: # Fix the line splitter ### Asked - @1 Can you find out why/);
  assert.doesNotMatch(out, /^### Asked/m);
});

test('a program that fails or prints nothing is told, and nothing is printed', async () => {
  const failed = await context('7qk2@4', '-b', '260', '-s', program('process.exit(3)'));
  assert.deepEqual([failed.exit, failed.out], [1, '']);
  assert.match(failed.err, /ended with exit code 3/);
  const silent = await context('7qk2@4', '-b', '260', '-s', program('0'));
  assert.deepEqual([silent.exit, silent.out], [1, '']);
  assert.match(silent.err, /empty.*\n.*convo context without --summarize/s);
});

test('the program gets its words as they are: no shell reads them', async () => {
  await withHome(async (home) => {
    const script = "process.stdin.resume(); console.log(process.argv.slice(1).join(' | '))";
    const command = `'${process.execPath}' -e "${script.replaceAll('"', '\\"')}" $(touch made) ; > made '*' $HOME`;
    const { exit, out } = await runConvo(['context', '7qk2@4', '-b', '260', '-s', command], { backend, home });
    assert.equal(exit, 0);
    assert.match(out, /> \$\(touch \| made\) \| ; \| > \| made \| \* \| \$HOME\n/);
    assert.deepEqual(await readdir(home), []);
  });
});

test('whatever the budget, what is printed has no more tokens, or is refused; as an independent tokenizer counts them', async () => {
  const all = [...library].filter(({ branches }) => Object.keys(branches).length > 0).map(({ id }) => id);
  for (let budget = 1; budget < 1500; budget += 1 + Math.floor(budget / 2)) {
    for (const revisions of [['7qk2'], ['7qk2/main-2@3'], all]) {
      for (const model of ['gpt-5', 'claude-opus-4-20250514']) {
        const { exit, out, err } = await context(...revisions, '-b', `${budget}`, '--model', model);
        if (exit === 2) assert.match(err, /too few/);
        else assert.ok(exit === 0 && elsewhere(out) * (model === 'gpt-5' ? 1 : 1.25) <= budget, `${revisions} ${budget}`);
      }
    }
  }
});

test('a budget that is too small is told', async () => {
  const { exit, out, err } = await context('7qk2', '-b', '10');
  assert.deepEqual([exit, out], [2, '']);
  assert.match(err, /10 tokens are too few.*\nhint: convo context 7qk2 --budget 2000$/m);
});

test('the count is exact where the encoding is public, else an estimate from above', async () => {
  const told = async (...argv: string[]) => {
    const { out } = await context('3hs8', '--json', ...argv);
    const { data } = JSON.parse(out) as { data: { tokens: number; counting: { model: string; exact: boolean; factor: number } } };
    return data;
  };
  const exact = await told('--model', 'gpt-5.1-codex');
  assert.deepEqual(exact.counting, { encoding: 'o200k_base', model: 'gpt-5.1-codex', exact: true, factor: 1 });
  const estimate = await told('--model', 'claude-opus-4-20250514');
  assert.deepEqual([estimate.counting.exact, estimate.tokens], [false, Math.ceil(exact.tokens * 1.25)]);
  for (const [model, own] of [
    ['o3', true],
    ['o4-mini', true],
    ['openai/gpt-4o', true],
    ['gpt-4', false],
    ['gpt-3.5-turbo', false],
    ['gemini-2.5-pro', false],
  ] as const)
    assert.equal((await told('--model', model)).counting.exact, own, model);
});

test('a step ends the last turn', async () => {
  const { out } = await context('7qk2@2.1');
  assert.match(out, /The parser drops the last line/);
  assert.doesNotMatch(out, /It splits on/);
  assert.ok(splitter.branches.main?.[1]?.steps.length === 2);
  assert.match((await context('7qk2@2.3')).err, /Turn 2 has no step 3/);
});

test("files are told from the project's folder where they are inside it: in notes, in what was called, and in patches", async () => {
  const patch = '*** Begin Patch\n*** Update File: /home/ada/app/src/b.ts\n@@\n-old\n+new\n*** End Patch';
  const calls = [
    call('Write', { file_path: '/home/ada/app/src/a.ts', content: 'x\n' }),
    call('Write', { file_path: '/home/ada/apple/c.ts', content: 'x\n' }),
    call('apply_patch', patch),
    call('Bash', { command: '/home/ada/app/run.sh' }),
  ];
  const made = turn('q7m2k4xw9d3f', 2, [calls], 1);
  const told: Told = { ...splitter, folder: '/home/ada/app', branches: { main: [turn('h3n8s2c5v7ba', 1, 'Go', 0), made] }, open: [] };
  const run = (one: Told, ...argv: string[]) =>
    withHome(async (home) => (await runConvo(['context', '7qk2', ...argv], { backend: fakeBackend([one]), home })).out);
  const full = await run(told);
  for (const path of ['src/a.ts', '/home/ada/apple/c.ts', 'src/b.ts', '/home/ada/app/run.sh'])
    assert.match(full, new RegExp(`^- \\w+ \`${path}\`: ok$`, 'm'));
  const many = { ...told, branches: { main: [...(told.branches.main ?? []), turn('c5v7bah3n8s2', 3, 'word '.repeat(900), 2)] } };
  const notes = await run(many, '-b', '400');
  assert.match(
    notes,
    /### Files changed\n\n- `src\/a\.ts` \+1 -0 · @2\n- `\/home\/ada\/apple\/c\.ts` \+1 -0 · @2\n- `src\/b\.ts` \+1 -1 · @2\n/,
  );
  const { folder: _, ...foreign } = told;
  assert.match(await run({ ...foreign, project: '/home/ada/app' }), /`src\/a\.ts`/);
  assert.match(await run({ ...foreign, project: 'example.com/ada/app' }), /`\/home\/ada\/app\/src\/a\.ts`/);
});
