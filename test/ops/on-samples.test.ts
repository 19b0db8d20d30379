import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { saidIn } from '../../src/model/notes/said.ts';
import { parsePage } from '../../src/model/page/parse.ts';
import { storeBackend } from '../../src/ops/backend.ts';
import { git } from '../store/sandbox.ts';
import { ImportHome } from '../support/import-home.ts';
import { runConvo } from '../support/run.ts';
import { fsckOf, gitOf } from '../support/told-store.ts';

/** Every conversation in a campaign, every third one otherwise. */
const every = process.env.CONVO_CAMPAIGN === 'full' ? 1 : 3;
const samples = fileURLToPath(new URL('../../../shared/samples/', import.meta.url));

interface Listed {
  id: string;
  tool: string;
  active: string;
  turns: number;
}

interface Judged {
  turn: { n: number; id: string };
}

for (const tool of ['claude-code', 'codex'])
  test(`the samples of ${tool}: each is forked, compared, bisected and blamed; undo brings all refs back`, {
    skip: !existsSync(join(samples, tool)),
  }, async (t) => {
    const home = new ImportHome(t);
    await home.import({ names: [join(samples, tool)] });
    const before = refsOf(home);
    const convo = (argv: string[], exit = 0) => convoIn(home, argv, exit);
    const listed = await convo(['list', '--all']);
    const conversations = (listed.conversations as Listed[]).filter(({ turns }, at) => turns > 0 && at % every === 0);
    assert.ok(conversations.length > 0);
    for (const { id, active } of conversations) {
      const threads = await convo(['log', `${id}/${active}`, '--turns', '--reverse']);
      const turns = (threads.turns as Judged['turn'][]).filter((turn) => !('open' in turn && turn.open));
      const [middle, last] = [turns[(turns.length - 1) >> 1], turns.at(-1)];
      assert.ok(middle && last, id);
      await convo(['branch', 'try-it', `${id}/${active}@${middle.n}`]);
      const { base, changes } = await convo(['diff', `${id}/try-it`, `${id}/${active}@${last.n}`]);
      assert.equal((base as { turn: Judged['turn'] }).turn.id, middle.id, id);
      assert.equal((changes as unknown[]).length, turns.length - turns.indexOf(middle) - 1, id);
      await convo(['bisect', 'start', `${id}/${active}@${last.n}`]);
      const { first } = await convo(['bisect', 'run', 'sh', '-c', '! grep -q "^turn: $0$"', middle.id]);
      assert.equal((first as Judged).turn.id, middle.id, id);
      for (const line of linesOf(home, active, id, middle.id)) {
        const { found } = await convo(['blame', line, `${id}/${active}`, '--text', '-n1']);
        assert.ok(((found as Judged[])[0]?.turn.n ?? Number.POSITIVE_INFINITY) <= middle.n, `${id}: ${line}`);
      }
    }
    await convo(['blame', '-E', '^[A-Z].*\\?$', '--all', '-n', '50']);
    await convo(['bisect', 'reset']);
    assert.equal(fsckOf(home.gitdir()), '');
    for (const _ of conversations) await convo(['undo']);
    assert.deepEqual(refsOf(home), before);
    assert.equal(fsckOf(home.gitdir()), '');
  });

/** Every ref but the catalogue and the operation log, which only go forward. */
const refsOf = (home: ImportHome): string[] =>
  gitOf(home.gitdir(), 'for-each-ref', '--format=%(refname) %(objectname)')
    .split('\n')
    .filter((row) => row !== '' && !/^refs\/(?:heads\/main |convo\/ops |convo\/past\/)/.test(row));

async function convoIn(home: ImportHome, argv: string[], exit: number): Promise<Record<string, unknown>> {
  const options = {
    home: home.home,
    backend: storeBackend(),
    env: { CONVO_HOME: home.store(), PATH: process.env.PATH ?? '' },
    cwd: home.folder,
  };
  const text =
    argv[0] === 'branch' || argv[0] === 'undo' || argv[1] === 'run' || argv[1] === 'reset' ? undefined : await runConvo(argv, options);
  const ran = await runConvo(['--json', ...argv], { ...options, backend: storeBackend() });
  assert.equal(ran.exit, exit, `${argv.join(' ')}: ${ran.err}`);
  assert.equal(text?.exit ?? exit, exit, text?.err);
  return (JSON.parse(ran.out) as { data: Record<string, unknown> }).data;
}

/** The longest line that a turn says: of its page, read by git. */
function linesOf(home: ImportHome, branch: string, id: string, turn: string): string[] {
  const ref =
    git(home.gitdir(), ['for-each-ref', '--format=%(refname)'])
      .split('\n')
      .find((name) => name.endsWith(`/${id}/${branch}`)) ?? '';
  const path = gitOf(home.gitdir(), 'ls-tree', '-r', '--name-only', ref, 'turns/')
    .split('\n')
    .find((name) => name.endsWith(`-${turn}.md`));
  const page = gitOf(home.gitdir(), 'show', `${ref}:${path}`);
  const lines = saidIn(parsePage(page, () => new Uint8Array()))
    .split('\n')
    .filter((line) => line.length < 1_000);
  return lines
    .sort((a, b) => b.length - a.length)
    .filter((line) => /^\w/.test(line))
    .slice(0, 1);
}
