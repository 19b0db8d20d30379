import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { Transcript, uuidOf } from '../support/claude-code.ts';
import { cliData, cliError } from '../support/cli-home.ts';
import { Rollout, uuid } from '../support/codex.ts';
import { growingTranscript } from '../support/growing-transcript.ts';
import { growing, ImportHome } from '../support/import-home.ts';
import { fsckOf, gitOf, tellStore } from '../support/told-store.ts';

interface Resumed {
  inProgress: { id: string; n: number } | null;
  turn: { n: number };
  turns: number;
  written: { native: string; files: { path: string }[]; cwd: string; branch: string; branchIsNew: boolean };
}

interface Recording {
  home: ImportHome;
  path: string;
  /** What the tool then adds to its own file: the call's result, the end of the answer, one more exchange. */
  goOn(): void;
}

/** What each tool adds to a file that was resumed. */
const goOnIn: Record<string, (written: Resumed['written']) => void> = {
  'claude-code'({ native, files: [file], cwd }) {
    const more = new Transcript({ sessionId: native, cwd });
    const lines = readFileSync(file?.path ?? '', 'utf8')
      .trimEnd()
      .split('\n');
    more.last = JSON.parse(lines.findLast((line) => line.includes('"uuid"')) ?? '').uuid;
    more.user('Elsewhere', { uuid: uuidOf(500), timestamp: '2026-03-04T10:00:00.000Z' });
    more.says('To Elsewhere', { uuid: uuidOf(501), timestamp: '2026-03-04T10:00:01.000Z' });
    appendFileSync(file?.path ?? '', more.bytes);
  },
  codex({ native, files: [file] }) {
    const ordinal = readFileSync(file?.path ?? '', 'utf8')
      .trimEnd()
      .split('\n').length;
    const more = new Rollout({ id: native, ordinal, from: 3600 * 48 });
    more.begin(uuid(500)).prompt('Elsewhere').says('To Elsewhere').end();
    appendFileSync(file?.path ?? '', more.text);
  },
};

const recordings: Record<string, (t: TestContext) => Promise<Recording>> = {
  /** A finished exchange, a prompt, and an answer in the middle of a call. */
  async 'claude-code'(t) {
    const home = new ImportHome(t);
    const cwd = join(home.folder, 'app');
    mkdirSync(cwd);
    const name = '.claude/projects/-app/5e551000-0000-4000-8000-000000000000.jsonl';
    const { goOn } = await growingTranscript(home, name, { cwd });
    return { home, path: home.path(name), goOn };
  },
  async codex(t) {
    const home = new ImportHome(t);
    const cwd = join(home.folder, 'app');
    mkdirSync(cwd);
    const told = new Rollout({ id: uuid(1) }).meta({ cwd, git: null });
    told.begin(uuid(10)).prompt('One').says('To One').end();
    told.begin(uuid(11)).prompt('Two').calls('call_1', 'exec_command', { cmd: 'make' });
    const name = `.codex/sessions/2026/03/02/rollout-2026-03-02T08-00-00-${uuid(1)}.jsonl`;
    await home.put(name, told.text, growing);
    const path = home.path(name);
    return {
      ...{ home, path },
      goOn() {
        const before = told.text.length;
        told.output('call_1', 'made').says('To Two').end();
        told.begin(uuid(12)).prompt('Three').says('To Three').end();
        appendFileSync(path, told.text.slice(before));
      },
    };
  },
};

const subjects = async (home: ImportHome, branch: string): Promise<string[]> => {
  const { turns } = await cliData<{ turns: { subject: string }[] }>(home, ['log', branch, '--turns', '--reverse']);
  return turns.map(({ subject }) => subject);
};
const has = (all: readonly string[], word: string): boolean => all.some((subject) => subject.includes(word));

for (const tool of ['claude-code', 'codex'])
  describe(`a resume of a conversation that its tool is still in: ${tool}`, () => {
    const begin = (t: TestContext) => recordings[tool]?.(t) as Promise<Recording>;

    test('--dry-run tells of the turn in progress, and saves nothing', async (t) => {
      const { home } = await begin(t);
      await cliData(home, ['import']);
      const before = tellStore(home.gitdir()).refs;
      const told = await cliData<Resumed>(home, ['resume', '--dry-run']);
      assert.deepEqual([told.inProgress?.n, told.turn.n, told.turns, told.written.branchIsNew], [4, 4, 4, true]);
      const { document } = await cliData<{ document: string }>(home, ['resume', '--in', 'other']);
      assert.match(document, /make/);
      assert.deepEqual(tellStore(home.gitdir()).refs, before);
    });

    for (const to of ['claude-code', 'codex'])
      for (const first of ['the tool', 'the resumed one'])
        test(`in ${to}: the turn is saved as it stands, and ${first} goes on first: each on a branch of its own`, async (t) => {
          const { home, goOn } = await begin(t);
          await cliData(home, ['import']);
          const told = await cliData<Resumed>(home, ['resume', '--in', to]);
          assert.deepEqual([told.inProgress?.n, told.turns, told.written.branchIsNew], [4, 4, true]);
          assert.match(told.written.branch, /^resume-/);
          const unused = await cliData<{ turnsAdded: number; openTurns: number; branchesAdded: number }>(home, ['import']);
          assert.deepEqual([unused.turnsAdded, unused.openTurns, unused.branchesAdded], [0, 0, 0]);
          const goOnThere = () => goOnIn[to]?.(told.written);
          for (const go of first === 'the tool' ? [goOn, goOnThere] : [goOnThere, goOn]) {
            go();
            await cliData(home, ['import', '--close']);
          }
          const [main, own] = [await subjects(home, 'main'), await subjects(home, told.written.branch)];
          assert.deepEqual([has(main, 'Three'), has(main, 'Elsewhere'), main.length], [true, false, 6]);
          assert.deepEqual([has(own, 'Three'), has(own, 'Elsewhere'), own.length], [false, true, 6]);
          assert.equal(refsOf(home).length, 2);
          const page = (branch: string) => gitOf(home.gitdir(), 'show', `${refOf(home, branch)}:${pathOf(home, branch)}`);
          assert.match(page('main'), /made/);
          assert.doesNotMatch(page(told.written.branch), /\bmade\b/);
          assert.equal(fsckOf(home.gitdir()), '');
        });

    test('a turn that has ended since is no longer in progress: it goes on with its branch', async (t) => {
      const { home, goOn } = await begin(t);
      await cliData(home, ['import']);
      goOn();
      const told = await cliData<Resumed>(home, ['resume']);
      assert.deepEqual([told.inProgress, told.turns, told.written.branch], [null, 6, 'main']);
      const named = await cliData<Resumed>(home, ['resume', '@3']);
      assert.deepEqual([named.inProgress, named.turn.n], [null, 3]);
    });

    test('one whose source is gone stays out, or is refused where it was named', async (t) => {
      const { home, path } = await begin(t);
      await cliData(home, ['import']);
      rmSync(path);
      assert.equal((await cliError(home, ['resume', '@4'])).code, 'turn-open');
      const told = await cliData<Resumed>(home, ['resume']);
      assert.deepEqual([told.inProgress, told.turns], [null, 3]);
    });
  });

describe('an answer that was saved before it ended', () => {
  const record = async (t: TestContext, ends: boolean, ago: number): Promise<ImportHome> => {
    const home = new ImportHome(t);
    const cwd = join(home.folder, 'app');
    mkdirSync(cwd);
    const told = new Transcript({ cwd });
    const timestamp = new Date(Date.now() - ago).toISOString();
    told.user('One', { timestamp });
    told.calls('c1', 'Bash', { command: 'make' }, { timestamp });
    if (ends) {
      told.result('c1', 'made', { timestamp });
      told.says('To One', { timestamp });
    }
    await home.put('.claude/projects/-app/5e551000-0000-4000-8000-000000000000.jsonl', told.bytes, growing);
    await cliData(home, ['import', '--close']);
    return home;
  };
  const day = 24 * 3600 * 1000;

  for (const [what, ends, ago, branchIsNew] of [
    ['not long ago may still grow: what is resumed gets a branch of its own', false, 0, true],
    ['with its end goes on with its branch', true, 0, false],
    ['long ago does not grow any more: it goes on with its branch', false, 8 * day, false],
  ] as const)
    test(what, async (t) => {
      const home = await record(t, ends, ago);
      const { written, inProgress } = await cliData<Resumed>(home, ['resume', '--in', 'codex']);
      assert.deepEqual([written.branchIsNew, inProgress], [branchIsNew, null]);
    });
});

const refsOf = (home: ImportHome): string[] =>
  [...tellStore(home.gitdir()).refs.keys()].filter((ref) => /^refs\/heads\/.+\/.+\//.test(ref));
const refOf = (home: ImportHome, branch: string): string => refsOf(home).find((ref) => ref.endsWith(`/${branch}`)) ?? '';

const pathOf = (home: ImportHome, branch: string): string =>
  gitOf(home.gitdir(), 'ls-tree', '-r', '--name-only', refOf(home, branch))
    .split('\n')
    .find((path) => /0004-assistant/.test(path)) ?? '';
