import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { disk, type Host, type HostFs } from '../../src/host.ts';
import { Transcript } from '../support/claude-code.ts';
import { type CliOptions, cli, cliData, cliError } from '../support/cli-home.ts';
import { Rollout, uuid } from '../support/codex.ts';
import { ImportHome } from '../support/import-home.ts';
import { sharedRemote } from '../support/machine.ts';

interface Resumed {
  name: string;
  conversation: { id: string };
  written: { native: string; files: { path: string }[]; cwd: string; command: string[] };
}

/** A conversation of two exchanges, recorded in a folder that is there or not. */
async function record(home: ImportHome, folder: string, { n = 0, isThere = true } = {}): Promise<string> {
  const cwd = join(home.folder, folder);
  if (isThere) mkdirSync(cwd, { recursive: true });
  const sessionId = `5e55100${n}-0000-4000-8000-000000000000`;
  const told = new Transcript({ cwd, sessionId });
  for (const [index, words] of [`${folder} one`, 'Two'].entries()) {
    const at = (second: number) => ({
      uuid: `${n}000000${index * 2 + second}-0000-4000-8000-000000000000`,
      timestamp: `2026-02-0${n + 1}T10:00:0${index * 2 + second}.000Z`,
    });
    told.user(words, at(0));
    told.says(`To ${words}`, at(1));
  }
  await home.put(`.claude/projects/-${n}/${sessionId}.jsonl`, told.bytes);
  return cwd;
}

async function recorded(t: TestContext, options?: { isThere?: boolean }): Promise<{ home: ImportHome; cwd: string }> {
  const home = new ImportHome(t);
  const cwd = await record(home, "it's $(here)", options);
  await cliData(home, ['import']);
  return { home, cwd };
}

/** A terminal at which somebody answers; `asked` are the questions. */
function answering(...answers: string[]): { host: Partial<Host>; asked: string[] } {
  const asked: string[] = [];
  const ask = async (question: string) => {
    asked.push(question);
    return answers.shift() ?? '';
  };
  return { host: { interactive: true, ask }, asked };
}

const below = (home: ImportHome): string[] => readdirSync(home.path('.claude'), { recursive: true, encoding: 'utf8' }).sort();

describe('resume --run', () => {
  /** A program of this name before all others; tells its folder and words, and ends with a code. */
  function fake(home: ImportHome, name: string, code: number): { options: CliOptions; spawned: string[][]; told(): string[] } {
    const bin = join(home.folder, 'bin');
    const out = join(home.folder, 'told');
    mkdirSync(bin);
    writeFileSync(join(bin, name), `#!/bin/sh\npwd >"$TOLD"\nfor word; do printf '%s\\n' "$word" >>"$TOLD"; done\nexit ${code}\n`, {
      mode: 0o700,
    });
    const spawned: string[][] = [];
    const env = { PATH: `${bin}:${process.env.PATH}`, CONVO_HOME: home.store(), TOLD: out };
    const onSpawn: NonNullable<Host['onSpawn']> = (program, args) => spawned.push([program, ...args]);
    return { options: { host: { env, onSpawn } }, spawned, told: () => readFileSync(out, 'utf8').trimEnd().split('\n') };
  }

  for (const [tool, program] of [
    ['claude-code', 'claude'],
    ['codex', 'codex'],
  ] as const)
    test(`${tool}: starts the tool in the folder of the conversation, without a shell, and ends with its exit code`, async (t) => {
      const { home, cwd } = await recorded(t);
      const { options, spawned, told } = fake(home, program, 7);
      const ran = await cli(home, ['resume', '--in', tool, '--run'], options);
      assert.equal(ran.exit, 7);
      assert.match(ran.out, /^Goes on with/, 'what was written is told before the tool has the terminal');
      const [folder, ...words] = told();
      assert.equal(folder, cwd);
      assert.match(words.join(' '), /^(--resume|resume) [0-9a-f-]{36}$/);
      assert.deepEqual(spawned.at(-1), [program, ...words]);
      assert.ok(spawned.every(([first]) => first !== 'sh'));
    });

  test('a tool that is not there: the conversation stands, and what to type is told', async (t) => {
    const { home } = await recorded(t);
    const env = { PATH: '/nowhere', CONVO_HOME: home.store() };
    const error = await cliError(home, ['resume', '--run'], { host: { env }, engine: 'isomorphic' });
    assert.deepEqual([error.code, error.exit], ['tool-not-started', 1]);
    assert.match(error.message, /The conversation is written, but Claude Code did not run to its end: there is no such program/);
    assert.match(error.hint ?? '', /^cd '?\/.* && claude --resume [0-9a-f-]{36}$/);
    assert.equal(below(home).filter((path) => path.endsWith('.jsonl')).length, 2);
  });
});

describe('resume --last', () => {
  test("takes the newest conversation of this folder's project, else of all, whichever is the current one", async (t) => {
    const home = new ImportHome(t);
    const older = await record(home, 'older', { n: 1 });
    await record(home, 'newer', { n: 2 });
    await cliData(home, ['import']);
    const idOf = async (...argv: string[]) => (await cliData<Resumed>(home, ['resume', '--dry-run', ...argv])).conversation.id;
    const newest = await idOf('--last');
    await cliData(home, ['switch', 'older']);
    const current = await idOf();
    assert.notEqual(current, newest);
    assert.equal(await idOf('--last'), newest);
    const here = await cliData<Resumed>(home, ['resume', '--last', '--dry-run'], { host: { cwd: older } });
    assert.equal(here.conversation.id, current);
    const wrong = await cliError(home, ['resume', '--last', 'older']);
    assert.deepEqual([wrong.code, wrong.exit], ['unknown-flag', 2]);
  });
});

describe('the folder that a conversation goes on in', () => {
  const remote = 'https://example.com/ada/app.git';

  /** A folder that is a clone of the project. */
  function clone(home: ImportHome, name: string): string {
    const folder = join(home.folder, name);
    mkdirSync(join(folder, '.git'), { recursive: true });
    writeFileSync(join(folder, '.git', 'HEAD'), 'ref: refs/heads/topic\n');
    writeFileSync(join(folder, '.git', 'config'), `[remote "origin"]\n\turl = ${remote}\n`);
    return folder;
  }

  const rollout = (n: number, cwd: string): string =>
    new Rollout({ id: uuid(n) }).meta({ cwd, git: { repository_url: remote } }).exchange(uuid(10 + n), `In ${cwd}`, 'Done').text;

  test('is the one that is its project here: where one is, else where another conversation of it was recorded', async (t) => {
    const home = new ImportHome(t);
    const path = (n: number) => `.codex/sessions/2026/03/02/rollout-2026-03-02T08-00-0${n}-${uuid(n)}.jsonl`;
    await home.put(path(1), rollout(1, '/nowhere/app'));
    await cliData(home, ['import']);
    const here = clone(home, 'clone');
    const inside = await cliData<Resumed & { written: { why?: string } }>(home, ['resume'], { host: { cwd: here } });
    assert.equal(inside.written.cwd, here);
    assert.equal((await cliError(home, ['resume'])).code, 'folder-unknown');
    const meta = JSON.parse(readFileSync(inside.written.files[0]?.path ?? '', 'utf8').split('\n')[0] ?? '');
    assert.equal(meta.payload.cwd, here);
    const other = clone(home, 'other');
    await home.put(path(2), rollout(2, other));
    await cliData(home, ['import']);
    await cliData(home, ['switch', 'nowhere']);
    const found = await cliData<Resumed>(home, ['resume', '--dry-run']);
    assert.equal(found.written.cwd, other);
    rmSync(join(other, '.git'), { recursive: true });
    assert.equal((await cliError(home, ['resume', '--dry-run'])).code, 'folder-unknown', 'it is another project now');
  });
});

describe('what resume asks at a terminal', () => {
  test('the folder, where nothing tells it; what is typed counts from where one is', async (t) => {
    const { home } = await recorded(t, { isThere: false });
    mkdirSync(join(home.folder, 'there'));
    const { host, asked } = answering('there');
    const { written } = await cliData<Resumed>(home, ['resume'], { host });
    assert.equal(written.cwd, join(home.folder, 'there'));
    assert.equal(asked.length, 1);
    assert.match(asked[0] ?? '', /In which folder/);
    assert.equal((await cliError(home, ['resume'], { host: answering('nope').host })).code, 'not-a-folder');
    assert.equal((await cliError(home, ['resume'], { host: answering('').host })).code, 'folder-unknown');
    const alone = await cliError(home, ['resume']);
    assert.match(alone.message, /in which \w+ was recorded, is not on this machine$/);
    assert.match(alone.hint ?? '', /^convo resume \w+ --cwd <folder>$/);
  });

  test('whether what another machine recorded is to be trusted; only yes is yes', async (t) => {
    const { home } = await recorded(t);
    writeFileSync(join(home.store(), 'state', 'sources.json'), '{}');
    await cliData(home, ['remote', 'add', 'origin', sharedRemote(t)]);
    const before = below(home);
    for (const answer of ['', 'n', 'yesterday']) {
      assert.equal((await cliError(home, ['resume'], { host: answering(answer).host })).code, 'needs-trust', answer);
    }
    const alone = await cliError(home, ['resume']);
    assert.deepEqual([alone.code, alone.exit], ['needs-trust', 1]);
    assert.match(alone.hint ?? '', /--trust/);
    assert.deepEqual(below(home), before);
    const { host, asked } = answering('yes');
    await cliData<Resumed>(home, ['resume'], { host });
    assert.match(asked.join(), /another machine.*\[y\/N\]/);
    await cliData<Resumed>(home, ['resume', '--trust'], { host });
    assert.equal(asked.length, 1);
  });
});

describe('what was written is read back', () => {
  const isWritten = (path: string): boolean => /\.claude\/projects\/[^/]+\/[0-9a-f-]{14}8[0-9a-f-]+\.jsonl$/.test(path);
  const other = (text: string): string => text.replace('"text":"To Two"', '"text":"To 2"');

  /** A disk on which another answer stands in what was written; `lasting`: not only while it is read the first time. */
  function changing(home: ImportHome, lasting: boolean): HostFs {
    let isWatched = false;
    const copy = join(home.folder, 'copy.jsonl');
    return {
      ...disk,
      linkSync(from, to) {
        disk.linkSync(from, to);
        if (!isWritten(`${to}`)) return;
        isWatched = !lasting;
        copyFileSync(`${to}`, copy);
        writeFileSync(copy, other(readFileSync(copy, 'utf8')));
        if (lasting) writeFileSync(`${to}`, readFileSync(copy));
      },
      openSync: (path, ...rest) => disk.openSync(isWatched && isWritten(`${path}`) ? copy : path, ...rest),
      lstatSync: ((path: string, ...rest: never[]) => {
        if (isWritten(path)) isWatched = false;
        return disk.lstatSync(path, ...rest);
      }) as HostFs['lstatSync'],
    };
  }

  test('where it differs it is taken away again, and the turns are named', async (t) => {
    const { home } = await recorded(t);
    const before = below(home);
    const refs = (await cliData<{ operations: unknown[] }>(home, ['op', 'log'])).operations.length;
    const error = await cliError(home, ['resume'], { host: { fs: changing(home, false) } });
    assert.deepEqual([error.code, error.exit], ['read-back-differs', 1]);
    assert.match(error.message, /\(steps of turn 4, \w{12}\): it was taken away again$/);
    assert.match(error.hint ?? '', /--in other/);
    assert.deepEqual(below(home), before);
    assert.equal((await cliData<{ operations: unknown[] }>(home, ['op', 'log'])).operations.length, refs);
    assert.ok(!existsSync(join(home.store(), 'state', 'outside.json')));
    await cliData(home, ['resume']);
  });

  test('what somebody changed meanwhile stays, and the error says where', async (t) => {
    const { home } = await recorded(t);
    const error = await cliError(home, ['resume'], { host: { fs: changing(home, true) } });
    assert.equal(error.code, 'read-back-differs');
    const [path = ''] = below(home).filter((name) => isWritten(`/.claude/${name}`));
    assert.ok(error.message.endsWith(`${home.path(join('.claude', path))} has changed since and stays`), error.message);
  });
});
