import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { Command } from '../../src/commands/command.ts';
import { gitVerbs } from '../../src/commands/git-verbs.ts';
import { globalFlags } from '../../src/commands/globals.ts';
import { aliases, overview, verbs } from '../../src/commands/index.ts';
import { splitVerb } from '../../src/commands/parse.ts';
import { exitsOf, helpOf } from '../../src/commands/usage.ts';
import { errorTable, exitCodes } from '../../src/errors.ts';
import { version } from '../../src/version.ts';
import { fakeBackend } from '../support/fake-store.ts';
import { library } from '../support/library.ts';
import { writing } from '../support/results.ts';
import { runConvo, withHome } from '../support/run.ts';

const backend = fakeBackend(library, writing);
const noStore = fakeBackend(undefined, writing);
const commands: Command[] = await Promise.all([...Object.values(verbs), overview].map((load) => load()));

test('every verb of the table is the one in its file, once', () => {
  assert.deepEqual(
    Object.keys(verbs),
    commands.slice(0, -1).map((one) => one.verb),
  );
  for (const verb of [...Object.keys(verbs), ...Object.keys(aliases)]) assert.ok(!Object.hasOwn(gitVerbs, verb), `${verb} is a command`);
});

test('no flag of a command hides a global one, and short letters are given once', () => {
  for (const { verb, flags } of commands) {
    const all = { ...globalFlags, ...flags };
    assert.equal(Object.keys(all).length, Object.keys(globalFlags).length + Object.keys(flags).length, verb);
    const letters = Object.values(all).flatMap((flag) => ('short' in flag && flag.short ? [flag.short] : []));
    assert.equal(new Set(letters).size, letters.length, verb);
  }
});

test('what stands in lines in a help fits into 80 columns', () => {
  for (const { verb, details = '' } of commands)
    if (details.includes('\n'))
      for (const line of details.split('\n')) assert.ok(line.length <= 80 || line.startsWith('  '), `${verb}: ${line}`);
});

test('every help has examples, and lists exactly the exit codes that the command can return', async () => {
  for (const one of commands) {
    const help = await helpOf(one, 80);
    assert.ok(one.examples.length > 0, one.verb);
    for (const [typed] of one.examples) assert.ok(help.includes(typed.slice(0, 40)), `${one.verb}: ${typed}`);
    const listed = help.slice(help.indexOf('Exit codes:')).match(/^ +(\d+) {2}/gm) ?? [];
    assert.deepEqual(
      listed.map((row) => Number(row.trim())),
      exitsOf(one),
      one.verb,
    );
    for (const code of one.errors) assert.ok(exitsOf(one).includes(errorTable[code].exit));
  }
});

test('the version is that of the package', async () => {
  const { default: manifest } = await import('../../package.json', { with: { type: 'json' } });
  assert.equal(version, manifest.version);
  for (const argv of [['--version'], ['-v'], ['version'], ['version', '--no-color']]) {
    assert.deepEqual(await runConvo(argv), { exit: 0, out: `convo ${version}\n`, err: '' });
  }
});

test('global flags stand before or behind the verb, with and without =', () => {
  assert.deepEqual(splitVerb(['--json', 'log', '-n', '3']), { verb: 'log', rest: ['--json', '-n', '3'] });
  assert.deepEqual(splitVerb(['--store', '/s', 'list']), { verb: 'list', rest: ['--store', '/s'] });
  assert.deepEqual(splitVerb(['--store=/s', 'list']), { verb: 'list', rest: ['--store=/s'] });
  assert.deepEqual(splitVerb(['switch', '-']), { verb: 'switch', rest: ['-'] });
  assert.deepEqual(splitVerb(['--json']), { verb: undefined, rest: ['--json'] });
});

/** What is typed wrongly, and what is said: one sentence, and what to type. */
const wrong: [string[], RegExp, RegExp][] = [
  [['lgo'], /no command "lgo"\. Did you mean "log"\?/, /^convo log$/],
  [['qwertz'], /no command "qwertz"$/, /^convo --help$/],
  [['chekout'], /no command "chekout"\. Did you mean "checkout"\?/, /^convo switch/],
  [['log', '--grahp'], /convo log has no flag --grahp\. Did you mean --graph\?/, /^convo log --help$/],
  [['log', '-x'], /x/, /^convo log --help$/],
  [['log', '-n', 'many'], /--limit "many" is not a number/, /^convo log --help$/],
  [['log', '--limit'], /limit/, /^convo log --help$/],
  [['export', '-o', ''], /--output "" is not a path$/, /^convo export --help$/],
  [['resume', '--cwd', ''], /--cwd "" is not a path$/, /^convo resume --help$/],
  [['context', '--budget', '-5'], /'--budget' needs a value$/, /^convo context --help$/],
  [['context', '--budget', '9999999999'], /is not a number below a billion$/, /^convo context --help$/],
  [['log', 'a', 'b'], /does not take "b"/, /^convo log --help$/],
  [['log', '--graph', '--turns'], /--turns and --graph cannot go together/, /^convo log --help$/],
  [['log', '--graph', '--reverse'], /--graph and --reverse cannot go together/, /^convo log --help$/],
  [['show', '--raw', '--full'], /--full and --raw cannot go together/, /^convo show --help$/],
  [['switch'], /needs a revision/, /^convo switch --help$/],
  [['list', '--since', 'whenever'], /--since "whenever" is not a date/, /^convo list --help$/],
  [['list', '--tool', 'codx'], /Did you mean codex\?/, /^convo list --help$/],
  [['completion', 'csh'], /one of bash, zsh, fish/, /^convo completion --help$/],
  [['--engine', 'fast', 'list'], /one of system, isomorphic/, /^convo list --help$/],
  [['help', 'lgo'], /"lgo"\. Did you mean "log"\?/, /^convo help log$/],
  [['config', 'colour'], /did you mean "color"\?/, /^convo config$/],
];

test('what is typed wrongly is told in one sentence with what to type, exit 2; as JSON where asked', async () => {
  for (const [argv, message, hint] of wrong) {
    const ran = await runConvo(argv, { backend });
    const [said = '', next = '', ...more] = ran.err.trimEnd().split('\n');
    assert.deepEqual([ran.exit, ran.out, more], [2, '', []], argv.join(' '));
    assert.match(said, message);
    assert.ok(said.startsWith('convo: '));
    assert.match(next.replace(/^hint: /, ''), hint);
    const json = await runConvo(['--json', ...argv], { backend });
    const document = JSON.parse(json.err) as Record<string, unknown>;
    assert.deepEqual([json.exit, json.out, document.schema, document.exit], [2, '', 'convo.error/1', 2]);
    assert.deepEqual(Object.keys(document), ['schema', 'code', 'message', 'hint', 'data', 'exit']);
  }
});

test('failures keep their exit codes', async () => {
  const cases: [string[], number, string][] = [
    [['show', 'nowhere'], 1, 'unknown-revision'],
    [['show', '7qk2@99'], 1, 'unknown-turn'],
    [['show', '7qk2@2.9'], 1, 'unknown-step'],
    [['show', '7qk2@4/nope'], 1, 'unknown-agent'],
    [['log', '7qk2@2/a1b2c3'], 1, 'unknown-agent'],
    [['show', '7qk2@4/a1b2c3@3'], 1, 'unknown-turn'],
    [['show', '7qk2/nope'], 1, 'unknown-branch'],
  ];
  for (const [argv, exit, code] of cases) {
    const ran = await runConvo([...argv, '--json'], { backend });
    assert.deepEqual([ran.exit, (JSON.parse(ran.err) as { code: string }).code], [exit, code]);
    const declared = commands.find((one) => one.verb === argv[0])?.errors ?? [];
    assert.ok(
      declared.some((one) => one === code),
      `${argv[0]} does not list ${code}`,
    );
  }
  const lost = await runConvo(['show', '7qk2@5', '--json'], { backend: fakeBackend(library) });
  assert.deepEqual([lost.exit, (JSON.parse(lost.err) as { code: string }).code], [1, 'turn-open']);
  for (const verb of ['list', 'log', 'show']) assert.equal((await runConvo([verb], { backend: noStore })).exit, exitCodes.noStore);
});

test('a turn, or a step, that is not there is looked for on the branch that was named', async () => {
  for (const [argv, hint] of [
    [['show', '7qk2/main-2@99'], 'convo log 7qk2m4xw9d/main-2'],
    [['show', '7qk2/main-2@2.9'], 'convo show 7qk2m4xw9d/main-2@2'],
    [['show', '7qk2@4/a1b2c3@2.9'], 'convo show 7qk2m4xw9d/main@4/a1b2c3@2'],
    [['show', '7qk2@4/a1b2c3@9'], 'convo log 7qk2m4xw9d/main@4/a1b2c3'],
  ] as const)
    assert.equal(/^hint: (.*)$/m.exec((await runConvo(argv, { backend })).err)?.[1], hint, argv.join(' '));
});

test("git's verbs are answered with convo's, exit 2", async () => {
  for (const verb of Object.keys(gitVerbs)) {
    const ran = await runConvo([verb, '-a', 'anything'], { backend });
    assert.equal(ran.exit, 2, verb);
    const named = /^hint: convo ([a-z]+)/m.exec(ran.err)?.[1];
    assert.ok(named && Object.hasOwn(verbs, named), `${verb}: ${ran.err}`);
  }
});

test('a bug is told as one, with where it happened, exit 70', async () => {
  const broken = { ...backend, reader: () => Promise.reject(new TypeError('x is not a function \u001b[31m')) };
  const ran = await runConvo(['list'], { backend: broken });
  assert.equal(ran.exit, 70);
  assert.match(ran.err, /^convo: bug: x is not a function \\u\{1b\}\[31m\n\s+at /);
  assert.match(ran.err, /Report/);
  assert.equal((JSON.parse((await runConvo(['list', '--json'], { backend: broken })).err) as { code: string }).code, 'bug');
});

test('--quiet leaves remarks out, --verbose shows causes', async () => {
  assert.match((await runConvo(['log'], { backend })).err, /Reading 7qk2m4xw9d/);
  assert.equal((await runConvo(['log', '-q'], { backend })).err, '');
  await withHome(async (home) => {
    const ran = await runConvo(['switch', 'redis', '--store', '/dev/null/x', '--verbose'], { backend, home });
    assert.equal(ran.exit, 1);
    assert.match(ran.err, /because: .*ENOTDIR/);
  });
});

test('completion offers verbs, flags, choices and conversations, and only harmless words', async () => {
  const offered = async (...words: string[]) =>
    (await runConvo(['--get-completions', 'convo', ...words], { backend })).out.split('\n').filter(Boolean);
  assert.deepEqual(await offered('s'), ['show', 'switch', 'sync', 'status']);
  assert.deepEqual(await offered('log', '--gr'), ['--graph', '--grep']);
  assert.deepEqual(await offered('log', ''), ['7qk2m4xw9d', '3hs8c5v7ba']);
  assert.deepEqual(await offered('--json', 'show', '3'), ['3hs8c5v7ba']);
  assert.deepEqual(await offered('completion', ''), ['bash', 'zsh', 'fish']);
  assert.deepEqual(await offered('list', '--engine', ''), ['system', 'isomorphic']);
  assert.deepEqual(await offered('tag', '7qk2', ''), ['parser', 'urgent']);
  assert.deepEqual(await offered('list', '--tag', 'u'), ['urgent']);
  assert.deepEqual(await offered('edit', '--status', ''), ['active']);
  assert.deepEqual(await offered('list', '--group-by', 't'), ['tool']);
  await withHome(async (home) => {
    await mkdir(`${home}/store`);
    await writeFile(`${home}/store/config.yaml`, 'remote.origin.url: /srv/c.git\nremote.origin.role: primary\n');
    const { out } = await runConvo(['--get-completions', 'convo', 'sync', ''], { backend, home });
    assert.equal(out, 'origin\n');
  });
  const evil = fakeBackend([{ ...(library[0] as (typeof library)[0]), id: '$(reboot)' }]);
  assert.equal((await runConvo(['--get-completions', 'convo', 'log', ''], { backend: evil })).out, '');
  assert.equal((await runConvo(['--get-completions', 'convo', 'log', ''], { backend: noStore })).out, '');
});

test('settings that cannot be read are told, and do not stand in the way of help or of a result', async () => {
  await withHome(async (home) => {
    await mkdir(`${home}/store`);
    await writeFile(`${home}/store/config.yaml`, 'colour: red\n');
    for (const argv of [['help'], ['version'], ['list']]) {
      const ran = await runConvo(argv, { backend, home });
      assert.equal(ran.exit, 0);
      assert.match(ran.err, /config\.yaml: there is no key "colour"/);
    }
    assert.equal((await runConvo(['config'], { backend, home })).exit, 2);
  });
});
