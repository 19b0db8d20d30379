import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { type Fault, faultyFs } from '../store/faulty-fs.ts';
import { Transcript } from '../support/claude-code.ts';
import { cli, cliData } from '../support/cli-home.ts';
import { ImportHome } from '../support/import-home.ts';
import { type StoreState, stateOf } from '../support/store-state.ts';
import { fsckOf, gitOf } from '../support/told-store.ts';

const full = process.env.CONVO_CAMPAIGN === 'full';
const path = '.claude/projects/-w-lines/5e551000-0000-4000-8000-000000000000.jsonl';
/** Long enough for locks and temporary files without an owner to be given up. */
const later = 2 * 60 * 60_000;
const day = 24 * 60 * 60_000;
/** So that a command begins a new month of the operation log, and lets go of another one. */
const months = [40 * day, 140 * day] as const;

interface Case {
  argv: string[];
  /** The store in which it is typed. */
  store: string;
  before: StoreState;
  after: StoreState;
  /** Milliseconds by which the clock is ahead. */
  ahead: number;
}

const clock = (home: ImportHome, ahead: number, store = 'store') => ({
  now: () => Date.now() + ahead,
  env: { PATH: process.env.PATH, CONVO_HOME: home.store(store) },
});

/** A conversation with two branches, and what commands make of it. */
async function prepared(home: ImportHome): Promise<Case[]> {
  const t = new Transcript();
  for (const words of ['One', 'Two']) {
    t.user(words);
    t.says(`To ${words}`);
    await home.put(path, t.bytes);
    await cliData(home, ['import']);
  }
  const before = stateOf(home.gitdir());
  const cases: Case[] = [];
  for (const argv of [['undo'], ['branch', 'early', '@2'], ['branch', '-D', 'main']]) {
    if (argv.includes('-D')) await cliData(home, ['branch', 'early', '@2']);
    cpSync(home.store(), home.store(`${cases.length}`), { recursive: true });
    const store = { store: `${cases.length}` };
    const from = argv.includes('-D') ? stateOf(home.gitdir()) : before;
    cpSync(home.store(), home.store('done'), { recursive: true });
    await cliData(home, argv, { store: 'done' });
    cases.push({ argv, ...store, before: from, after: stateOf(home.gitdir('done')), ahead: 0 });
    rmSync(home.store('done'), { recursive: true });
  }
  return [...cases, await monthsLater(home)];
}

/** The same store, in which something was done in another month, and nothing for long since. */
async function monthsLater(home: ImportHome): Promise<Case> {
  const argv = ['branch', 'late', '@2'];
  await cliData(home, ['branch', 'middle', '@2'], { host: clock(home, months[0]) });
  const before = stateOf(home.gitdir());
  cpSync(home.store(), home.store('done'), { recursive: true });
  const past = () => gitOf(home.gitdir('done'), 'for-each-ref', '--format=%(refname)', 'refs/convo/past').trim().split('\n');
  const old = past();
  assert.equal(old.length, 1);
  await cliData(home, argv, { host: clock(home, months[1], 'done') });
  assert.equal(past().length, 1);
  assert.notDeepEqual(past(), old);
  const after = stateOf(home.gitdir('done'));
  rmSync(home.store('done'), { recursive: true });
  return { argv, store: 'store', before, after, ahead: months[1] };
}

const faults: Fault[] = ['ENOSPC', 'crash-before', 'crash-after', 'power-loss'];

describe('a command that is killed, or whose disk fails, at any write', () => {
  for (const engine of ['system', 'isomorphic'] as const)
    for (const [index, fault] of faults.entries())
      test(`${engine}: ${fault}: the next command finds all of it or nothing`, async (t) => {
        const home = new ImportHome(t);
        const cases = await prepared(home);
        for (const one of full ? cases : cases.filter((_, at) => at === index % cases.length)) {
          const step = full ? 1 : engine === 'system' ? 13 : 41;
          let at = full ? 1 : 1 + index;
          while (await failOnce(home, one, engine, fault, at)) at += step;
          assert.ok(at > 7, `${one.argv.join(' ')}: only ${at} writes`);
        }
      });
});

test('what a killed command left is finished by the next one that changes something, before that reads anything', async (t) => {
  const home = new ImportHome(t);
  const cases = await prepared(home);
  const deletion = cases.find(({ argv }) => argv.includes('-D')) ?? assert.fail();
  const half = (store: string) => {
    const refs = gitOf(home.gitdir(deletion.store), 'for-each-ref', '--format=%(objectname) %(refname)', 'refs/heads/main').split(' ');
    gitOf(home.gitdir(store), 'update-ref', 'refs/heads/main', refs[0] ?? '');
    cpSync(join(home.store(deletion.store), 'state'), join(home.store(store), 'state'), { recursive: true });
  };
  cpSync(home.store(deletion.store), home.store('done'), { recursive: true });
  await cliData(home, deletion.argv, { store: 'done' });
  for (const argv of [deletion.argv, ['branch', 'x', '@99'], ['edit', 'main', '--status', 'done'], ['merge', 'main', '--dry-run']]) {
    cpSync(home.store('done'), home.store('tried'), { recursive: true });
    half('tried');
    assert.notDeepEqual(stateOf(home.gitdir('tried')), deletion.after);
    assert.notEqual((await cli(home, argv, { store: 'tried' })).exit, 0, argv.join(' '));
    assert.deepEqual(stateOf(home.gitdir('tried')), deletion.after, argv.join(' '));
    rmSync(home.store('tried'), { recursive: true });
  }
});

/** Tells whether the last command has done all that it does, whether or not it came to say so. */
function isDone(home: ImportHome, from: string): boolean {
  const clean = readFileSync(join(home.store('tried'), 'state/clean'), 'utf8').trim();
  return (
    clean === gitOf(home.gitdir('tried'), 'rev-parse', 'refs/convo/ops').trim() &&
    clean !== gitOf(home.gitdir(from), 'rev-parse', 'refs/convo/ops').trim()
  );
}

/** Fails one command at its `at`-th write; returns false when it has fewer. */
async function failOnce(
  home: ImportHome,
  { argv, store: from, before, after, ahead }: Case,
  engine: 'system' | 'isomorphic',
  fault: Fault,
  at: number,
) {
  const hint = `${engine}: ${argv.join(' ')}: ${fault} at write ${at}`;
  cpSync(home.store(from), home.store('tried'), { recursive: true });
  const faulty = faultyFs(fault, at);
  const standIn = spawn('sleep', ['600'], { stdio: 'ignore' }); // its end is the death of the process that the command runs in
  const host = { ...home.host(), ...clock(home, ahead, 'tried'), fs: faulty.fs, pid: standIn.pid ?? 0 };
  const ran = await cli(home, argv, { engine, host });
  standIn.kill('SIGKILL');
  await once(standIn, 'exit');
  const hit = faulty.hit();
  if (fault === 'power-loss' && hit) await faulty.loseUnsynced();
  assert.equal(fsckOf(home.gitdir('tried')), '', hint);
  const store = { engine, store: 'tried', host: clock(home, ahead + later, 'tried') };
  if (isDone(home, from)) {
    assert.deepEqual(stateOf(home.gitdir('tried')), after, hint);
  } else if (at % 2 === 0) {
    const verified = await cli(home, ['verify'], store);
    assert.equal(verified.exit, 0, `${hint}: ${verified.out}`);
    const now = stateOf(home.gitdir('tried'));
    assert.ok(isDeepStrictEqual(now, before) || isDeepStrictEqual(now, after), hint);
  } else {
    assert.notEqual(ran.exit, 0, hint);
    await cli(home, argv, store); // typed again it does the same once, not twice; a branch that is there by then is refused
    assert.deepEqual(stateOf(home.gitdir('tried')), after, hint);
  }
  assert.equal(fsckOf(home.gitdir('tried')), '', hint);
  await cliData(home, ['op', 'log'], store);
  rmSync(home.store('tried'), { recursive: true });
  return hit;
}
