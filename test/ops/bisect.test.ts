import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { storeBackend } from '../../src/ops/backend.ts';
import { bisectLog, markBisect, resetBisect, runBisect, startBisect } from '../../src/ops/bisect.ts';
import { type Context, openContext } from '../../src/ops/context.ts';
import { list } from '../../src/ops/list.ts';
import { status } from '../../src/ops/status.ts';
import { Transcript } from '../support/claude-code.ts';
import { ImportHome } from '../support/import-home.ts';
import { withContext } from '../support/read-home.ts';
import { gitOf } from '../support/told-store.ts';
import { watchedFs } from '../support/watched-fs.ts';

/** What a hostile transcript would like a shell to run. */
const hostile = '$(touch owned) `touch owned`; touch owned\n\u001b[31m| sh -c "touch owned"';

/** A conversation of twelve turns; turn 8 brings the word, in its second step. */
async function told(t: TestContext): Promise<ImportHome> {
  const home = new ImportHome(t);
  const transcript = new Transcript();
  for (let exchange = 1; exchange <= 6; exchange += 1) {
    transcript.user(`Question ${exchange} ${hostile}`);
    transcript.calls(`c${exchange}`, 'Bash', { command: `echo ${exchange} ${hostile}` });
    transcript.result(`c${exchange}`, 'done');
    transcript.says(exchange === 4 ? 'We keep it in localStorage.' : `Answer ${exchange}`);
  }
  await home.put('.claude/projects/-w-lines/5e551000-0000-4000-8000-000000000000.jsonl', transcript.bytes);
  await home.import();
  return home;
}

const program = (source: string, ...args: string[]) => [process.execPath, '-e', source, ...args];
const speaks = program("process.exit(require('fs').readFileSync(0, 'utf8').includes('localStorage') ? 1 : 0)");
const folders = (context: Context) => readdirSync(join(context.home, 'state')).filter((name) => name.startsWith('thread-'));

test('a command finds the first bad turn, and its step', async (t) => {
  const home = await told(t);
  const before = gitOf(home.gitdir(), 'for-each-ref');
  await withContext(home, async (context) => {
    await startBisect(context, { steps: false });
    const ran = await runBisect(context, speaks);
    assert.ok(ran.findings.state === 'found');
    assert.deepEqual([ran.findings.first.turn.n, ran.findings.first.step], [8, undefined]);
    assert.ok(ran.judged.length <= 5, `${ran.judged.length} judgements of 12 turns`);
    assert.deepEqual(ran.judged[0] && [ran.judged[0].turn.n, ran.judged[0].verdict], [12, 'bad'], 'nothing is taken for bad unseen');

    await startBisect(context, { steps: true, bad: '@-1', good: '@2' });
    const inside = await runBisect(context, speaks);
    assert.ok(inside.findings.state === 'found');
    assert.deepEqual([inside.findings.first.turn.n, inside.findings.first.step], [8, 2]);
    assert.deepEqual(folders(context), []);
    await resetBisect(context);
    await assert.rejects(bisectLog(context), { code: 'no-bisect' });
  });
  assert.equal(gitOf(home.gitdir(), 'for-each-ref'), before, 'no ref moves');
  assert.ok(!existsSync(join(home.folder, 'owned')) && !existsSync(join(home.store(), 'state', 'owned')));
});

test('a command gets the pages on stdin, and the same as files that nobody else can read', async (t) => {
  const home = await told(t);
  await withContext(home, async (context) => {
    const [entry] = (await list(context, { all: true })).groups.flatMap(({ conversations }) => conversations);
    const tip = gitOf(home.gitdir(), 'rev-parse', `refs/heads/claude-code/${entry?.id}/main`).trim();
    const pages = gitOf(home.gitdir(), 'ls-tree', '-r', '--name-only', tip, 'turns').trim().split('\n');
    const source = `
      const fs = require('fs'), path = require('path');
      const folder = process.env.CONVO_THREAD;
      const files = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
      const paths = files.map((one) => path.join(one.parentPath, one.name)).sort();
      const modes = [folder, ...paths].map((one) => (fs.statSync(one).mode & 0o777).toString(8));
      const stdin = fs.readFileSync(0, 'utf8');
      fs.writeFileSync(process.argv[1], JSON.stringify({ stdin, paths: paths.map((one) => path.relative(folder, one)), modes,
        same: stdin === paths.map((one) => fs.readFileSync(one, 'utf8')).join(''), args: process.argv.slice(2) }));`;
    await startBisect(context, { steps: false });
    const seen = join(home.folder, 'seen.json');
    const ran = await runBisect(context, program(source, seen, '$(touch owned)'));
    assert.equal(ran.findings.state, 'good');
    const found = JSON.parse(readFileSync(seen, 'utf8'));
    assert.deepEqual(found.paths, pages);
    assert.deepEqual([found.same, found.args], [true, ['$(touch owned)']]);
    assert.deepEqual([...new Set(found.modes)], ['700', '600']);
    assert.equal(found.stdin, pages.map((path) => gitOf(home.gitdir(), 'show', `${tip}:${path}`)).join(''));
  });
});

test('whatever a command does to the files, the next one finds the thread; only what differs is written', async (t) => {
  const home = await told(t);
  const source = `
    const fs = require('fs'), path = require('path');
    const folder = process.env.CONVO_THREAD;
    const stdin = fs.readFileSync(0, 'utf8');
    const paths = () => fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
      .map((one) => path.join(one.parentPath, one.name)).sort();
    if (stdin !== paths().map((one) => fs.readFileSync(one, 'utf8')).join('')) process.exit(200);
    if (process.argv[1] === 'spoils') {
      fs.appendFileSync(paths()[0], 'more');
      fs.rmSync(paths()[1]);
      fs.writeFileSync(path.join(folder, 'turns/00/own.md'), 'own');
      fs.mkdirSync(path.join(folder, 'own/deep'), { recursive: true });
      fs.symlinkSync('/etc/passwd', path.join(folder, 'own/deep/link'));
      if (stdin.includes('Question 5')) fs.rmSync(folder, { recursive: true });
    }
    process.exit(stdin.includes('localStorage') ? 1 : 0);`;
  const watched = watchedFs();
  const host = { ...home.host(), fs: watched.fs };
  for (const how of ['spoils', 'reads']) {
    const context = openContext(host, async () => storeBackend(), { store: home.store() });
    await startBisect(context, { steps: false });
    watched.changed.length = 0;
    const { findings, judged } = await runBisect(context, program(source, how));
    assert.ok(findings.state === 'found' && judged.length > 3);
    assert.equal(findings.first.turn.n, 8);
    assert.deepEqual(folders(context), []);
    await context.close();
  }
  const pages = watched.changed.filter((path) => /\/turns\/00\/.*\.md$/.test(path));
  assert.ok(pages.length <= 26, `${pages.length} writes and removals of pages`); // 12, 6, 9, 7 and 8 pages laid out anew would be 42 writes
});

test('exit codes mean what they mean to git bisect run', async (t) => {
  const home = await told(t);
  const codes = { 0: 'good', 1: 'bad', 124: 'bad', 125: 'skip', 126: 'bad', 127: 'bad' };
  await withContext(home, async (context) => {
    for (const [code, verdict] of Object.entries(codes)) {
      await startBisect(context, { steps: false, ...(verdict === 'good' ? {} : { good: '@11' }) });
      const { judged } = await runBisect(context, program(`console.log('said'); process.exit(${code})`));
      assert.deepEqual(
        judged.map((one) => [one.turn.n, one.verdict, one.exit, one.output]),
        [[12, verdict, Number(code), 'said\n']],
      );
    }
    for (const failing of [program('process.exit(128)'), program("process.kill(process.pid, 'SIGKILL')"), ['/no/such/program']]) {
      await startBisect(context, { steps: false });
      await assert.rejects(runBisect(context, failing), { code: 'bisect-aborted' });
      assert.deepEqual((await bisectLog(context)).judged, []);
      assert.deepEqual(folders(context), []);
    }
  });
});

test('a person bisects over several commands; contradictions change nothing', async (t) => {
  const home = await told(t);
  const asked: number[] = [];
  await withContext(home, (context) => startBisect(context, { steps: false, bad: '' }));
  const file = join(home.store(), 'state', 'bisect.json');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  for (;;) {
    const done = await withContext(home, async (context) => {
      const { findings } = await bisectLog(context);
      if (findings.state !== 'open') return findings;
      asked.push(findings.next.turn.n);
      await markBisect(context, findings.next.turn.n < 8 ? 'good' : 'bad', []);
      return undefined;
    });
    if (done === undefined) continue;
    assert.ok(done.state === 'found');
    assert.equal(done.first.turn.n, 8);
    break;
  }
  assert.ok(asked.length <= 4, asked.join(' '));
  await withContext(home, async (context) => {
    const saved = readFileSync(file, 'utf8');
    await assert.rejects(markBisect(context, 'good', ['@10']), { code: 'bisect-contradiction' });
    await assert.rejects(markBisect(context, 'good', []), { code: 'bisect-over' });
    await assert.rejects(markBisect(context, 'good', ['@13']), { code: 'unknown-turn' });
    assert.equal(readFileSync(file, 'utf8'), saved);
    assert.equal((await status(context)).bisect?.judged, asked.length + 1);
  });
});

test('what is skipped is left out; where only such is left, the candidates are told', async (t) => {
  const home = await told(t);
  await withContext(home, async (context) => {
    await startBisect(context, { steps: false, bad: '@9', good: '@6' });
    const { findings } = await markBisect(context, 'skip', ['@7', '@8']);
    assert.ok(findings.state === 'among');
    assert.deepEqual(
      findings.points.map(({ turn }) => turn.n),
      [7, 8, 9],
    );
    await assert.rejects(markBisect(context, 'bad', ['@10']), { code: 'not-bisected' });
  });
});

test('a state that is no state is ignored with a word; folders of the dead are cleared, those of the living stay', async (t) => {
  const home = await told(t);
  const state = join(home.store(), 'state');
  await withContext(home, async (context) => {
    for (const text of ['{', '[]', '{"version":1,"marks":[{}]}', 'null', '']) {
      writeFileSync(join(state, 'bisect.json'), text);
      await assert.rejects(bisectLog(context), { code: 'no-bisect' });
      assert.equal(context.warnings.length, 1);
    }
    await startBisect(context, { steps: false });
    mkdirSync(join(state, 'thread-dead'));
    writeFileSync(join(state, 'thread-dead', 'owner'), JSON.stringify({ host: '', boot: '', pid: 1, start: '', nonce: '', time: 0 }));
    mkdirSync(join(state, 'thread-new'));
    await runBisect(context, program(''));
    assert.deepEqual(folders(context), ['thread-new']);
  });
});

test('an interrupt ends the command, and leaves no folder behind', async (t) => {
  const home = await told(t);
  const controller = new AbortController();
  const context = openContext({ ...home.host(), signal: controller.signal }, async () => storeBackend(), { store: home.store() });
  const pidFile = join(home.folder, 'pid');
  try {
    await startBisect(context, { steps: false });
    const waits = program(
      "process.on('SIGTERM', () => process.exit(1)); require('fs').writeFileSync(process.argv[1], String(process.pid)); setInterval(() => {}, 1000)",
      pidFile,
    );
    const running = runBisect(context, waits);
    running.catch(() => undefined);
    for (let tries = 0; tries < 500 && !(existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== ''); tries += 1) await setTimeout(20);
    controller.abort();
    await assert.rejects(running, { code: 'bisect-aborted' });
    assert.deepEqual(folders(context), []);
    assert.throws(() => process.kill(Number(readFileSync(pidFile, 'utf8')), 0), { code: 'ESRCH' });
    assert.deepEqual((await bisectLog(context)).judged, []);
  } finally {
    await context.close();
  }
});
