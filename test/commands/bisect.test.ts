import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeBackend } from '../support/fake-store.ts';
import { golden } from '../support/golden.ts';
import { library } from '../support/library.ts';
import { nothingNew, writing } from '../support/results.ts';
import { runConvo, withHome } from '../support/run.ts';

const backend = fakeBackend(library, { ...writing, importSources: async () => nothingNew });
const node = (source: string, ...args: string[]) => [process.execPath, '-e', source, ...args];
const speaks = node("console.log('read'); process.exit(require('fs').readFileSync(0, 'utf8').includes('only after the buffer') ? 1 : 0)");

/** One search after the other, in one home. */
const typed: [name: string, argv: string[], exit?: number][] = [
  ['start', ['bisect', 'start', '7qk2@4']],
  ['status', ['status']],
  ['good', ['bisect', 'good', '@1']],
  ['log', ['bisect', 'log']],
  ['run', ['bisect', 'run', ...speaks]],
  ['reset', ['bisect', 'reset']],
  ['start-steps', ['bisect', 'start', '--steps', '7qk2@4']],
  ['run-steps', ['bisect', 'run', '--', ...speaks]],
  ['start-all', ['bisect', 'start', '7qk2/main-2']],
  ['skip', ['bisect', 'skip', '@2', '@3']],
  ['among', ['bisect', 'good', '@1']],
  ['start-current', ['bisect', 'start', '--steps']],
  ['nothing-bad', ['bisect', 'run', ...node('')], 1],
];

for (const json of [false, true]) {
  test(`bisect: ${json ? 'json' : 'text'}`, async () => {
    await withHome(async (home) => {
      for (const [name, words, exit] of typed) {
        const argv = json ? ['--json', ...words] : words;
        const ran = await runConvo(argv, { backend, home });
        assert.equal(ran.exit, exit ?? 0, ran.err);
        const shown = json
          ? ran.out
          : `$ convo ${words.join(' ').replace(process.execPath, 'node')}\n${ran.err === '' ? '' : `${ran.err}--\n`}${ran.out}`;
        golden(`${json ? 'json' : 'text'}/bisect-${name}.${json ? 'json' : 'txt'}`, shown, { home, store: `${home}/store` });
      }
    });
  });
}

test('behind run every word is the command, as it was typed', async () => {
  await withHome(async (home) => {
    await runConvo(['bisect', 'start', '7qk2@4'], { backend, home });
    const words = ['--json', '-q', '--steps', '--store', 'x', '--help', '--', '$(a)'];
    const ran = await runConvo(['--json', 'bisect', 'run', ...node('console.log(JSON.stringify(process.argv.slice(1)))', '--', ...words)], {
      backend,
      home,
    });
    const { data } = JSON.parse(ran.out) as { data: { judged: { output: string }[] } };
    assert.deepEqual(JSON.parse(data.judged[0]?.output ?? ''), words);
  });
});

test('what is typed wrongly is said', async () => {
  const wrong: [string[], RegExp][] = [
    [['bisect'], /needs a subcommand/],
    [['bisect', 'run'], /needs a command/],
    [['bisect', 'run', '--', ''], /needs a command/],
    [['bisect', 'good', '--steps'], /--steps goes with convo bisect start/],
    [['bisect', 'start', 'a', 'b', 'c'], /does not take "c"/],
    [['bisect', 'find'], /is not one of start, good/],
  ];
  for (const [argv, said] of wrong) {
    const ran = await runConvo(argv, { backend });
    assert.equal(ran.exit, 2);
    assert.match(ran.err, said);
  }
});

test('what a command prints does not drive the terminal', async () => {
  await withHome(async (home) => {
    await runConvo(['bisect', 'start', '7qk2@4'], { backend, home });
    const prints = node("process.stdout.write('said\\u001b]0;x\\u0007\\u001b[2J\\u202e\\u009b'); process.exit(1)");
    const ran = await runConvo(['bisect', 'run', ...prints], { backend, home });
    assert.match(ran.out, /said/);
    assert.doesNotMatch(ran.out, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });
});

test('completion offers what can follow', async () => {
  const offered = async (...words: string[]) =>
    (await runConvo(['--get-completions', 'convo', ...words], { backend })).out.split('\n').filter(Boolean);
  assert.deepEqual(await offered('bisect', 's'), ['start', 'skip']);
  assert.deepEqual(await offered('bisect', 'start', '7'), ['7qk2m4xw9d']);
  assert.deepEqual(await offered('bisect', 'run', ''), []);
  assert.deepEqual(await offered('blame', '--i'), ['--ignore-case']);
  assert.deepEqual(await offered('blame', 'text', '7'), ['7qk2m4xw9d']);
});
