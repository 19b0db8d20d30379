import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { Transcript, uuidOf } from '../support/claude-code.ts';
import { cliData } from '../support/cli-home.ts';
import { Rollout, uuid } from '../support/codex.ts';
import { ImportHome } from '../support/import-home.ts';
import { fsckOf, gitOf, tellStore } from '../support/told-store.ts';

interface Written {
  native: string;
  files: { path: string }[];
  cwd: string;
  command: string[];
  branch: string;
}
interface Imported {
  turnsAdded: number;
  branchesAdded: number;
  conversations: { new: number };
}
type Go = (home: ImportHome, written: Written) => void;

/** What Codex adds to a file when somebody goes on in it. */
const inCodex: Go = (_home, { native, files: [file], cwd }) => {
  assert.ok(file);
  const ordinal = readFileSync(file.path, 'utf8').trimEnd().split('\n').length;
  const more = new Rollout({ id: native, ordinal, from: 3600 * 48 });
  more
    .begin(uuid(500))
    .prompt('Now with redis')
    .shell('call_9', `cat ${cwd}/cache.ts`, 'redis')
    .says('It is redis now.')
    .tokens(7, 900)
    .end();
  appendFileSync(file.path, more.text);
};

/** The same of Claude Code. */
const inClaude: Go = (_home, { native, files: [file], cwd }) => {
  assert.ok(file);
  const last = JSON.parse(
    readFileSync(file.path, 'utf8')
      .trimEnd()
      .split('\n')
      .findLast((line) => line.includes('"uuid"')) ?? '',
  );
  const more = new Transcript({ sessionId: native, cwd });
  more.last = last.uuid;
  more.user('Now with redis', { uuid: uuidOf(500), timestamp: '2026-03-04T10:00:00.000Z' });
  more.calls('toolu_9', 'Bash', { command: 'cat cache.ts' }, { uuid: uuidOf(501), timestamp: '2026-03-04T10:00:01.000Z' });
  more.result('toolu_9', 'redis', { uuid: uuidOf(502), timestamp: '2026-03-04T10:00:02.000Z' });
  more.says('It is redis now.', { uuid: uuidOf(503), timestamp: '2026-03-04T10:00:03.000Z' });
  appendFileSync(file.path, more.bytes);
};

/** Four exchanges with calls, as each tool records them. */
async function recorded(t: TestContext, tool: string): Promise<ImportHome> {
  const home = new ImportHome(t);
  const project = join(home.folder, 'app');
  mkdirSync(project);
  const words = ['Add a cache', 'Test it', 'Why a map?', 'Make it smaller'];
  if (tool === 'claude-code') {
    const told = new Transcript({ cwd: project });
    for (const [index, word] of words.entries()) {
      told.user(word);
      told.calls(`toolu_${index}`, 'Bash', { command: `echo ${index}` });
      told.result(`toolu_${index}`, `${index}`);
      told.says(`Done: ${word}`);
    }
    await home.put('.claude/projects/-app/5e551000-0000-4000-8000-000000000000.jsonl', told.bytes);
  } else {
    const told = new Rollout({ id: uuid(1) }).meta({ cwd: project, git: null });
    for (const [index, word] of words.entries())
      told
        .begin(uuid(10 + index))
        .prompt(word)
        .thinks('hm')
        .shell(`call_${index}`, `echo ${index}`, `${index}`)
        .says(`Done: ${word}`)
        .tokens(5, 100)
        .end();
    await home.put(`.codex/sessions/2026/03/02/rollout-2026-03-02T08-00-00-${uuid(1)}.jsonl`, told.text);
  }
  await cliData(home, ['import', '--close']);
  return home;
}

describe('the loop: fork, go on in a tool, bring it back, compare, merge', () => {
  for (const from of ['claude-code', 'codex'])
    for (const [to, go] of [
      ['codex', inCodex],
      ['claude-code', inClaude],
    ] as const)
      test(`from ${from} in ${to}`, async (t) => {
        const home = await recorded(t, from);
        await cliData(home, ['branch', 'try-redis', '@6']);
        const { written } = await cliData<{ written: Written }>(home, ['resume', 'try-redis', '--in', to]);
        assert.equal(written.branch, 'try-redis');
        const unused = await cliData<Imported>(home, ['import', '--close']);
        assert.deepEqual([unused.turnsAdded, unused.branchesAdded, unused.conversations.new], [0, 0, 0], 'what convo wrote is nothing new');
        go(home, written);
        const came = await cliData<Imported>(home, ['import', '--close']);
        assert.deepEqual([came.turnsAdded, came.branchesAdded, came.conversations.new], [2, 0, 0]);
        const { turns } = await cliData<{ turns: { n: number; subject: string; tool?: string }[] }>(home, ['log', 'try-redis', '--turns']);
        assert.deepEqual([turns.length, Math.max(...turns.map(({ n }) => n))], [8, 8]);
        const diff = await cliData<{ changes?: unknown[] }>(home, ['diff', 'main', 'try-redis']);
        assert.match(JSON.stringify(diff), /Now with redis/);
        await cliData(home, ['switch', 'main']);
        await cliData(home, ['merge', 'try-redis']);
        const refs = gitOf(home.gitdir(), 'for-each-ref', '--format=%(refname)', 'refs/heads/').trim().split('\n');
        const main = refs.find((ref) => ref.endsWith('/main') && ref.split('/').length > 3) ?? '';
        assert.match(gitOf(home.gitdir(), 'log', '--format=%s', main), /Now with redis/);
        assert.equal(fsckOf(home.gitdir()), '');
        const standing = () => [...tellStore(home.gitdir()).refs].filter(([ref]) => ref !== 'refs/heads/main');
        const before = standing();
        await cliData(home, ['import', '--again', '--close']);
        await cliData(home, ['reimport']);
        assert.deepEqual(standing(), before);
      });
});

describe('a prompt without an answer, behind a turn that was corrected', () => {
  for (const [to, go] of [
    ['codex', inCodex],
    ['claude-code', inClaude],
  ] as const)
    test(`resumed in ${to}, is nothing new before somebody goes on there`, async (t) => {
      const home = await recorded(t, to);
      await cliData(home, ['amend', '@3', '-m', 'Test it twice']);
      const { written } = await cliData<{ written: Written }>(home, ['resume', '@7']);
      const unused = await cliData<Imported>(home, ['import']);
      assert.deepEqual([unused.turnsAdded, unused.branchesAdded, unused.conversations.new], [0, 0, 0]);
      go(home, written);
      const came = await cliData<Imported>(home, ['import', '--close']);
      assert.deepEqual([came.turnsAdded, came.branchesAdded, came.conversations.new], [2, 0, 0]);
      const { turns } = await cliData<{ turns: { subject: string }[] }>(home, ['log', written.branch, '--turns']);
      assert.match(JSON.stringify(turns.map(({ subject }) => subject)), /Now with redis.*Test it twice/);
    });
});
