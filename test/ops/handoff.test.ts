import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeBackend } from '../support/fake-store.ts';
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

test('a budget that is too small is told', async () => {
  const { exit, out, err } = await context('7qk2', '-b', '10');
  assert.deepEqual([exit, out], [2, '']);
  assert.match(err, /10 tokens are too few/);
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
