import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { inspect, isDeepStrictEqual } from 'node:util';
import { ConvoError } from '../../src/errors.ts';
import type { Host } from '../../src/host.ts';
import { plainText } from '../../src/store/commit.ts';
import { openEngine } from '../../src/store/engine.ts';
import type { NewCommit, Oid } from '../../src/store/git.ts';
import { type Fault, faultyFs } from './faulty-fs.ts';
import { deadPid, fsck, git, temporaryFolder, testHost } from './sandbox.ts';

const full = process.env.CONVO_CAMPAIGN === 'full';
type Choice = 'system' | 'isomorphic';

const one = 'refs/heads/tool/a/main';
const two = 'refs/heads/tool/b/main';

type Refs = Record<string, Oid>;

/** Two turns on one branch, a second branch, and that one deleted: what an import and a `branch -d` do. Tells what it is about to reach, and when it is reached. */
async function work(host: Host, gitdir: string, choice: Choice, tell: (refs: Refs, reached: boolean) => void): Promise<void> {
  const engine = await openEngine(host, gitdir, choice);
  const reach = async (wanted: Refs) => {
    tell(wanted, false);
    const refs = new Map((await engine.refs('refs/')).map(({ name, oid }) => [name, oid]));
    const moves = [one, two].map((ref) => ({ ref, from: refs.get(ref) ?? null, to: wanted[ref] ?? null }));
    await engine.moveRefs(moves.filter(({ from, to }) => from !== to));
    tell(wanted, true);
  };
  try {
    await engine.recover();
    const writer = await engine.writer();
    const make = async (name: string, parents: NewCommit['parents']) =>
      writer.commit({
        parents,
        changes: [[`turns/00/${name}.md`, await writer.blob(Buffer.from(`turn ${name}\n`.repeat(300)))]],
        text: plainText(name, 7),
      });
    const first = await make('1', []);
    const second = await make('2', [first]);
    const id = await writer.finish([first, second]);
    await reach({ [one]: id(first), [two]: id(second) });
    await reach({ [one]: id(second) });
  } finally {
    await engine.close();
  }
}

async function prepared(t: TestContext): Promise<string> {
  const gitdir = join(temporaryFolder(t), 'store.git');
  await (await openEngine(testHost(), gitdir, 'isomorphic')).init();
  return gitdir;
}

function refsOf(gitdir: string): Refs {
  const lines = git(gitdir, ['for-each-ref', '--format=%(refname) %(objectname)']).split('\n').filter(Boolean);
  return Object.fromEntries(lines.map((line) => line.split(' ')));
}

/** Fails the work at one operation, looks at what is left, and does the work again. Returns false when it has fewer operations. */
async function survive(t: TestContext, choice: Choice, fault: Fault, at: number): Promise<boolean> {
  const hint = `${choice} ${fault} at ${at}`;
  const gitdir = await prepared(t);
  const faulty = faultyFs(fault, at);
  let before: Refs = {};
  let after: Refs = {};
  const run = work(testHost({ fs: faulty.fs, pid: deadPid }), gitdir, choice, (refs, reached) => {
    after = refs;
    if (reached) before = refs;
  });
  const failure = await run.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!faulty.hit()) {
    assert.equal(failure, undefined, hint);
    return false;
  }
  if (fault === 'power-loss') await faulty.loseUnsynced();
  assert.equal(fsck(gitdir), '', hint);
  const now = refsOf(gitdir);
  if (fault.startsWith('E')) {
    assert.ok(failure === undefined || (failure instanceof ConvoError && failure.code === 'cannot-write'), `${hint}: ${inspect(failure)}`);
    assert.ok(isDeepStrictEqual(now, before) || isDeepStrictEqual(now, after), hint); // all or none
  }
  for (const ref of [one, two]) assert.ok(now[ref] === before[ref] || now[ref] === after[ref], `${hint}: ${ref}`);
  await work(testHost({ now: () => Date.now() + 20 * 60_000 }), gitdir, choice, (refs) => {
    after = refs;
  });
  assert.deepEqual(refsOf(gitdir), after, hint);
  assert.equal(fsck(gitdir), '', hint);
  assert.equal(git(gitdir, ['log', '--format=%s', one]), '2\n1\n', hint);
  assert.deepEqual(readdirSync(join(gitdir, 'convo')), [], hint);
  return true;
}

const worker = fileURLToPath(new URL('./race-worker.ts', import.meta.url));

/** Starts a writer and kills it, with all that it started, some time after its first acknowledgement. */
async function killed(gitdir: string, choice: Choice, name: string, delay: number): Promise<string[]> {
  const child = spawn(process.execPath, ['--import', 'tsx', worker, gitdir, choice, name, '1000'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const group = -(child.pid ?? assert.fail());
  const gone = once(child, 'exit'); // until then its number is that of a living process
  const acknowledged: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (acknowledged.push(line.slice('ack '.length)) === 1) setTimeout(() => process.kill(group, 'SIGKILL'), delay);
  }
  await gone;
  return acknowledged;
}

function survivesKill(choice: Choice, rounds: number): void {
  test(`${choice}: kill -9 at any moment loses no acknowledged turn`, async (t) => {
    const gitdir = await prepared(t);
    const wanted: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      wanted.push(...(await killed(gitdir, choice, `k${round}`, Math.random() * 150)));
      assert.equal(fsck(gitdir), '');
      const log = new Set(git(gitdir, ['log', '--format=%s', 'tool/race/main']).split('\n'));
      assert.deepEqual(
        wanted.filter((turn) => !log.has(turn)),
        [],
      );
    }
    const engine = await openEngine(testHost({ now: () => Date.now() + 20 * 60_000 }), gitdir, choice);
    await engine.recover();
    await engine.close();
    assert.deepEqual(readdirSync(join(gitdir, 'convo')), []);
    assert.deepEqual(
      readdirSync(gitdir, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.lock')),
      [],
    );
  });
}

function survives(choice: Choice, fault: Fault, first: number, step: number): void {
  test(`${choice}: ${fault} at any operation loses nothing, and the next run goes on`, async (t) => {
    let at = full ? 1 : first;
    while (await survive(t, choice, fault, at)) at += full ? 1 : step;
    assert.ok(at > 20, `only ${at} operations`);
  });
}

const faults: Fault[] = ['ENOSPC', 'EIO', 'EACCES', 'crash-before', 'crash-after', 'power-loss'];
for (const [n, fault] of faults.entries()) survives('isomorphic', fault, 6 * n + 1, 37);
for (const [n, fault] of faults.entries()) survives('system', fault, 4 * n + 1, 23);
survivesKill('isomorphic', full ? 100 : 3);
survivesKill('system', full ? 100 : 3);
