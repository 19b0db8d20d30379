import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { disk, type HostFs } from '../../src/host.ts';
import { faultyFs } from '../store/faulty-fs.ts';
import { Transcript, uuidOf } from '../support/claude-code.ts';
import { cli, cliData, cliError } from '../support/cli-home.ts';
import { Rollout, uuid } from '../support/codex.ts';
import { ImportHome } from '../support/import-home.ts';
import { sharedRemote } from '../support/machine.ts';
import { fixtureScenes } from '../support/scenes.ts';
import { fsckOf, tellStore } from '../support/told-store.ts';

const session = '5e551000-0000-4000-8000-000000000000';

interface Resumed {
  name: string;
  tool: string;
  elsewhere: boolean;
  fidelity: { component: string; kept: string; count: number }[];
  written: {
    native: string;
    files: { path: string; size: number }[];
    cwd: string;
    command: string[];
    branch: string;
    branchIsNew: boolean;
  } | null;
  document: string | null;
  output: { path: string; size: number } | null;
}

interface SetBack {
  files: { removed: string[]; kept: string[]; written: string[]; unwritten: { path: string; reason: string }[] } | null;
}

/** Returns the id of what was done last. */
async function newest(home: ImportHome): Promise<string> {
  return (await cliData<{ operations: { id: string }[] }>(home, ['op', 'log', '-n', '1'])).operations[0]?.id ?? '';
}

/** A project folder, and a conversation of three exchanges with a call that was recorded in it. */
async function recorded(t: TestContext): Promise<{ home: ImportHome; project: string; transcript: Transcript }> {
  const home = new ImportHome(t);
  const project = join(home.folder, 'app');
  mkdirSync(project);
  const transcript = new Transcript({ cwd: project });
  transcript.user('One');
  transcript.calls('c1', 'Bash', { command: 'ls' });
  transcript.result('c1', 'a.ts');
  transcript.says('To One');
  transcript.user('Two');
  transcript.says('To Two');
  transcript.user('Three');
  transcript.says('To Three');
  await home.put(`.claude/projects/-w-lines/${session}.jsonl`, transcript.bytes);
  await cliData(home, ['import']);
  return { home, project, transcript };
}

/** The same, and a new conversation that goes on from turn 4 of it; `before`: the tool's folder without that. */
async function goneOn(t: TestContext): Promise<{ home: ImportHome; before: ReturnType<typeof below>; path: string }> {
  const { home } = await recorded(t);
  const before = below(home.path('.claude'));
  const { written } = await cliData<Resumed>(home, ['resume', '@4']);
  return { home, before, path: written?.files[0]?.path ?? '' };
}

/** Uuid of the last record that has one. */
const lastUuid = (path: string): string =>
  JSON.parse(
    readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .findLast((line) => line.includes('"uuid"')) ?? '',
  ).uuid;

const below = (folder: string): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();

describe('resume into the same tool', () => {
  test('the conversation stands where the tool looks for it, with the records as they are', async (t) => {
    const { home, project, transcript } = await recorded(t);
    const { written, fidelity, elsewhere } = await cliData<Resumed>(home, ['resume']);
    assert.ok(written);
    assert.deepEqual(
      [written.cwd, written.command, written.branch, elsewhere],
      [project, ['claude', '--resume', written.native], 'main', false],
    );
    assert.ok(fidelity.every(({ kept }) => kept === 'exact'));
    const [file] = written.files;
    const key = project.replace(/[^A-Za-z0-9]/g, '-');
    assert.equal(file?.path, home.path(`.claude/projects/${key}/${written.native}.jsonl`));
    const bytes = readFileSync(file.path);
    assert.equal(bytes.length, file.size);
    assert.equal(bytes.at(-1), 0x0a);
    assert.equal(statSync(file.path).mode & 0o777, 0o600);
    assert.ok(Date.now() - statSync(file.path).mtimeMs < 60_000);
    const lines = bytes.toString().trimEnd().split('\n');
    for (const [index, line] of transcript.lines.entries()) assert.equal(lines[index], line.replaceAll(session, written.native));
  });

  test('cut at a step: the records up to there, thinking too, under the name of the cut turn', async (t) => {
    const home = new ImportHome(t);
    const project = join(home.folder, 'app');
    mkdirSync(project);
    const told = new Transcript({ cwd: project });
    told.user('One');
    told.assistant([{ type: 'thinking', thinking: 'Hm.', signature: 'c2lnbmVk' }], { id: 'msg_a' });
    told.calls('c1', 'Bash', { command: 'ls' }, { id: 'msg_a' });
    told.result('c1', 'a.ts');
    told.calls('c2', 'Bash', { command: 'cat a.ts' });
    told.result('c2', '1');
    told.says('To One');
    await home.put(`.claude/projects/-w-lines/${session}.jsonl`, told.bytes);
    await cliData(home, ['import']);
    await cliData(home, ['branch', 'cut', '@2.2']);
    for (const [revision, records] of [
      ['@2.1', 4],
      ['@2.2', 6],
      ['cut', 6],
    ] as const) {
      const { written, fidelity } = await cliData<Resumed>(home, ['resume', revision]);
      assert.ok(
        fidelity.every(({ component, kept }) => kept === 'exact' || component === 'ids'),
        JSON.stringify(fidelity),
      );
      const lines = readFileSync(written?.files[0]?.path ?? '', 'utf8')
        .trimEnd()
        .split('\n')
        .slice(0, -1);
      const bare = (line: string) => line.replace(/"(uuid|parentUuid|sessionId)":(?:"[^"]*"|null)/g, '');
      assert.deepEqual(lines.map(bare), told.lines.slice(0, records).map(bare), revision);
      assert.match(lines[1] ?? '', /"signature":"c2lnbmVk"/);
      const again = await cliData<{ turnsAdded: number; openTurns: number; branchesAdded: number }>(home, ['import']);
      assert.deepEqual([again.turnsAdded, again.openTurns, again.branchesAdded], [0, 0, 0]);
    }
    const answer = await cliData<{ turns: unknown[] }>(home, ['log', 'cut', '--turns']);
    assert.equal(answer.turns.length, 2);
  });

  test('what is said there comes home: on the branch it was resumed from; from the middle on a branch of its own', async (t) => {
    const { home } = await recorded(t);
    for (const [revision, id] of [
      ['', 30],
      ['@4', 40],
      ['@2.1', 50],
    ] as const) {
      const { written } = await cliData<Resumed>(home, ['resume', ...(revision ? [revision] : [])]);
      assert.ok(written?.files[0]);
      const { path } = written.files[0];
      const more = new Transcript({ sessionId: written.native, cwd: written.cwd });
      more.last = lastUuid(path);
      more.user(`More ${id}`, { uuid: uuidOf(id), timestamp: '2026-03-01T10:00:00.000Z' });
      more.says(`To More ${id}`, { uuid: uuidOf(id + 1), timestamp: '2026-03-01T10:00:01.000Z' });
      writeFileSync(path, Buffer.concat([readFileSync(path), more.bytes]));
      const told = await cliData<{ turnsAdded: number; conversations: { new: number }; branchesAdded: number }>(home, [
        'import',
        '--close',
      ]);
      assert.deepEqual([told.turnsAdded, told.conversations.new, told.branchesAdded], [2, 0, 0], revision);
      const { turns } = await cliData<{ turns: { subject: string }[] }>(home, ['log', written.branch, '--turns']);
      assert.match(JSON.stringify(turns), new RegExp(`To More ${id}`));
      assert.equal(written.branchIsNew, revision !== '');
    }
  });
});

describe('an import right after a resume', () => {
  for (const [revision, tool] of [
    ['@3', 'claude-code'],
    ['@3', 'codex'],
    ['@2.1', 'claude-code'],
    ['', 'claude-code'],
  ] as const)
    test(`tells no turn in progress that is saved: ${revision || 'the end'} in ${tool}`, async (t) => {
      const { home } = await recorded(t);
      const { written } = await cliData<Resumed>(home, ['resume', ...(revision ? [revision] : []), '--in', tool]);
      const told = await cliData<{ openTurns: number; turnsAdded: number }>(home, ['import']);
      assert.deepEqual([told.openTurns, told.turnsAdded], [0, 0]);
      assert.deepEqual((await cliData<{ open: unknown[] }>(home, ['status'])).open, []);
      if (tool === 'codex') return;
      const path = written?.files[0]?.path ?? '';
      const more = new Transcript({ sessionId: written?.native ?? '', cwd: written?.cwd ?? '' });
      more.last = lastUuid(path);
      more.user('And then', { uuid: uuidOf(70), timestamp: '2026-03-01T10:00:00.000Z' });
      writeFileSync(path, Buffer.concat([readFileSync(path), more.bytes]));
      assert.equal((await cliData<{ openTurns: number }>(home, ['import'])).openTurns, 1, 'what the tool adds is');
    });
});

describe('resume', () => {
  test('--dry-run writes nothing, neither there nor here', async (t) => {
    const { home } = await recorded(t);
    const before = [below(home.path('.claude')), tellStore(home.gitdir()).refs];
    const { written } = await cliData<Resumed>(home, ['resume', '@4', '--dry-run']);
    assert.equal(written?.branchIsNew, true);
    assert.deepEqual([below(home.path('.claude')), tellStore(home.gitdir()).refs], before);
  });

  test('undo takes the conversation away, and leaves one in which the tool has gone on', async (t) => {
    const { home } = await recorded(t);
    const before = [below(home.path('.claude')), tellStore(home.gitdir()).refs];
    await cliData<Resumed>(home, ['resume', '@4']);
    const { files } = await cliData<SetBack>(home, ['undo']);
    assert.deepEqual([files?.removed.length, files?.kept], [1, []]);
    assert.deepEqual(
      [below(home.path('.claude')), tellStore(home.gitdir()).refs.size],
      [before[0], (before[1] as Map<string, string>).size],
    );
    const { written } = await cliData<Resumed>(home, ['resume']);
    const path = written?.files[0]?.path ?? '';
    writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.from('{}\n')]));
    const kept = await cliData<SetBack>(home, ['undo']);
    assert.deepEqual([kept.files?.removed, kept.files?.kept], [[], [path]]);
    assert.ok(lstatSync(path).isFile());
  });

  test('redo writes the conversation again, byte for byte, and undo takes it away again', async (t) => {
    const { home, before, path } = await goneOn(t);
    const bytes = readFileSync(path);
    const refs = tellStore(home.gitdir()).refs.size;
    for (let round = 0; round < 2; round += 1) {
      await cliData(home, ['undo']);
      assert.deepEqual(below(home.path('.claude')), before);
      assert.deepEqual((await cliData<SetBack>(home, ['redo', '--dry-run'])).files?.written, [path]);
      assert.deepEqual(below(home.path('.claude')), before);
      const { files } = await cliData<SetBack>(home, ['redo']);
      assert.deepEqual(files, { removed: [], kept: [], written: [path], unwritten: [] });
      assert.deepEqual(readFileSync(path), bytes);
      assert.equal(statSync(path).mode & 0o777, 0o600);
      assert.equal(tellStore(home.gitdir()).refs.size, refs);
    }
    const { turnsAdded } = await cliData<{ turnsAdded: number }>(home, ['import']);
    assert.equal(turnsAdded, 0);
    assert.equal(fsckOf(home.gitdir()), '');
  });

  test('redo writes over nothing and through no link, and says so; branch and card stand again', async (t) => {
    const { home, path } = await goneOn(t);
    const refs = tellStore(home.gitdir()).refs.size;
    await cliData(home, ['undo']);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, 'mine');
    const left = await cliData<SetBack>(home, ['redo']);
    assert.deepEqual(left.files?.unwritten, [{ path, reason: 'is there already' }]);
    assert.equal(readFileSync(path, 'utf8'), 'mine');
    assert.equal(tellStore(home.gitdir()).refs.size, refs);
    const kept = await cliData<SetBack>(home, ['undo']);
    assert.deepEqual(kept.files?.kept, [path]);
    rmSync(path);
    assert.deepEqual((await cliData<SetBack>(home, ['redo'])).files?.written, [path], 'nothing is in the way any more');
    await cliData(home, ['undo']);
    const elsewhere = join(home.folder, 'elsewhere');
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, dirname(path));
    const linked = await cliData<SetBack>(home, ['redo']);
    assert.equal(linked.files?.unwritten[0]?.path, path);
    assert.deepEqual([linked.files?.written, readdirSync(elsewhere)], [[], []]);
  });

  test('an undo that is taken back by its id writes the conversation again too, and so on in turn', async (t) => {
    const { home, before, path } = await goneOn(t);
    const bytes = readFileSync(path);
    const files = async (...argv: string[]) => (await cliData<SetBack>(home, argv)).files;
    const away = { removed: [path], kept: [], written: [], unwritten: [] };
    const again = { removed: [], kept: [], written: [path], unwritten: [] };
    const resumed = await newest(home);
    await cliData(home, ['tag', 'later']);
    assert.deepEqual(await files('undo', resumed), away);
    for (let round = 0; round < 2; round += 1) {
      assert.deepEqual(await files('undo', await newest(home), '--dry-run'), again);
      assert.deepEqual(await files('undo', await newest(home)), again);
      assert.deepEqual(readFileSync(path), bytes);
      assert.deepEqual(await files('undo', await newest(home)), away);
      assert.deepEqual(below(home.path('.claude')), before);
    }
    assert.deepEqual(await files('undo'), again, 'what was taken back out of turn is taken back as any other change');
    assert.deepEqual(readFileSync(path), bytes);
  });

  test('a redo of an undo that took back an undo takes the conversation away', async (t) => {
    const { home, before, path } = await goneOn(t);
    const files = async (...argv: string[]) => (await cliData<SetBack>(home, argv)).files;
    const resumed = await newest(home);
    await cliData(home, ['tag', 'later']);
    await files('undo', resumed);
    assert.deepEqual((await files('undo'))?.written, [path]);
    assert.deepEqual((await files('redo', '--dry-run'))?.removed, [path]);
    assert.deepEqual((await files('redo'))?.removed, [path]);
    assert.deepEqual(below(home.path('.claude')), before);
    assert.deepEqual((await files('undo'))?.written, [path]);
  });

  test('an undo taken back by its id writes over nothing, and keeps the bytes for the next time', async (t) => {
    const { home, path } = await goneOn(t);
    const bytes = readFileSync(path);
    await cliData(home, ['undo']);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, 'mine');
    const left = await cliData<SetBack>(home, ['undo', await newest(home)]);
    assert.deepEqual(left.files?.unwritten, [{ path, reason: 'is there already' }]);
    assert.equal(readFileSync(path, 'utf8'), 'mine');
    const unwritten = await newest(home);
    await cliData(home, ['tag', 'later']);
    const kept = await cliData<SetBack>(home, ['undo', unwritten]);
    assert.deepEqual(kept.files?.kept, [path]);
    rmSync(path);
    assert.deepEqual((await cliData<SetBack>(home, ['undo', await newest(home)])).files?.written, [path]);
    assert.deepEqual(readFileSync(path), bytes);
  });

  test('redo says so where undo left a conversation that was gone on with', async (t) => {
    const { home } = await recorded(t);
    const { written } = await cliData<Resumed>(home, ['resume']);
    const path = written?.files[0]?.path ?? '';
    appendFileSync(path, '{}\n');
    const bytes = readFileSync(path);
    await cliData(home, ['undo']);
    const { files } = await cliData<SetBack>(home, ['redo']);
    assert.deepEqual([files?.written, files?.unwritten.map((one) => one.path)], [[], [path]]);
    assert.deepEqual(readFileSync(path), bytes);
  });

  test('the document of --in other is told like that of context: by the project and the branch, files from the folder', async (t) => {
    const { home } = await recorded(t);
    await cliData(home, ['branch', 'try', '@4']);
    for (const revision of ['main', 'try']) {
      const { document } = await cliData<Resumed>(home, ['resume', revision, '--in', 'other']);
      const { text } = await cliData<{ text: string }>(home, ['context', revision, '--budget', '20000']);
      const about = /^From .*$/m.exec(text)?.[0] ?? assert.fail();
      assert.equal(/^From .*$/m.exec(document ?? '')?.[0], about);
      assert.ok(about.includes(join(home.folder, 'app')), about);
    }
  });

  test('-o writes the document of --in other to a new file, and over nothing', async (t) => {
    const { home } = await recorded(t);
    const { document } = await cliData<Resumed>(home, ['resume', '--in', 'other']);
    const path = join(home.folder, 'go-on.md');
    const dry = await cliData<Resumed>(home, ['resume', '--in', 'other', '-o', 'go-on.md', '--dry-run']);
    assert.deepEqual([dry.output, dry.document], [{ path, size: Buffer.byteLength(document ?? '') }, null]);
    assert.ok(!existsSync(path));
    const told = await cliData<Resumed>(home, ['resume', '--in', 'other', '-o', 'go-on.md']);
    assert.deepEqual([told.output?.path, readFileSync(path, 'utf8'), statSync(path).mode & 0o777], [path, document, 0o600]);
    for (const argv of [[], ['--dry-run']]) {
      const again = await cliError(home, ['resume', '--in', 'other', '-o', 'go-on.md', ...argv]);
      assert.equal(again.code, 'path-taken');
      assert.doesNotMatch(again.hint ?? '', /--force/);
    }
    symlinkSync(join(home.folder, 'nowhere.md'), join(home.folder, 'link.md'));
    const nowhere = await cliError(home, ['resume', '--in', 'other', '-o', 'not/there.md', '--dry-run']);
    assert.deepEqual(nowhere, await cliError(home, ['resume', '--in', 'other', '-o', 'not/there.md']));
    assert.equal(nowhere.code, 'cannot-write');
    for (const name of ['link.md', 'app', 'link.md/']) assert.notEqual((await cli(home, ['resume', '--in', 'other', '-o', name])).exit, 0);
    assert.equal((await cliError(home, ['resume', '--in', 'codex', '-o', 'x.md'])).code, 'unknown-flag');
    assert.equal((await cliError(home, ['resume', '-o', 'x.md'])).code, 'unknown-flag');
    assert.deepEqual(readdirSync(home.folder).sort(), ['app', 'go-on.md', 'home', 'link.md', 'store']);
  });

  test('a link on the way, or a folder that may not be written: one sentence, and nothing anywhere', async (t) => {
    const { home } = await recorded(t);
    const elsewhere = join(home.folder, 'elsewhere');
    const tips = () => [...tellStore(home.gitdir()).refs];
    const before = tips();
    for (const name of ['.claude/projects', '.claude']) {
      renameSync(home.path(name), elsewhere);
      symlinkSync(elsewhere, home.path(name));
      const there = below(elsewhere);
      for (const argv of [['resume'], ['resume', '--dry-run']]) {
        const error = await cliError(home, argv);
        assert.deepEqual([error.code, error.exit, error.message], ['way-blocked', 1, `${home.path(name)} is a link: nothing was written`]);
      }
      assert.deepEqual([below(elsewhere), tips()], [there, before]);
      rmSync(home.path(name));
      renameSync(elsewhere, home.path(name));
    }
    const there = below(home.path('.claude'));
    const denied = (path: unknown) => {
      if (`${path}`.startsWith(home.path('.claude'))) throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
    };
    const mkdirSync = ((path: string, ...rest: never[]) => {
      denied(path);
      return disk.mkdirSync(path, ...rest);
    }) as HostFs['mkdirSync'];
    const openSync: HostFs['openSync'] = (path, flags, mode) => {
      if (flags !== 'r') denied(path);
      return disk.openSync(path, flags, mode);
    };
    const error = await cliError(home, ['resume'], { host: { fs: { ...disk, mkdirSync, openSync } } });
    assert.deepEqual([error.code, error.exit], ['cannot-write', 1]);
    assert.match(error.message, /^Cannot write .*\.claude\/projects/);
    assert.deepEqual([below(home.path('.claude')), tips()], [there, before]);
    assert.ok(!existsSync(join(home.store(), 'state', 'outside.json')));
  });

  test('a folder that is not here: says what to type; --cwd names another', async (t) => {
    const home = new ImportHome(t);
    const transcript = new Transcript({ cwd: '/nowhere/app' });
    transcript.user('One');
    transcript.says('To One');
    await home.put(`.claude/projects/-nowhere-app/${session}.jsonl`, transcript.bytes);
    await cliData(home, ['import']);
    const error = await cliError(home, ['resume']);
    assert.equal(error.code, 'folder-unknown');
    assert.match(error.hint ?? '', /--cwd/);
    assert.equal((await cliError(home, ['resume', '--cwd', 'nope'])).code, 'not-a-folder');
    mkdirSync(join(home.folder, 'two  spaces'));
    const { out } = await cli(home, ['resume', '--cwd', 'two  spaces', '--dry-run']);
    assert.match(out, /^ {2}cd '\S+two {2}spaces' && claude --resume /m);
    mkdirSync(join(home.folder, 'here'));
    const { written } = await cliData<Resumed>(home, ['resume', '--cwd', 'here']);
    assert.equal(written?.cwd, join(home.folder, 'here'));
    assert.match(readFileSync(written?.files[0]?.path ?? '', 'utf8'), new RegExp(`"cwd":"${join(home.folder, 'here')}"`));
  });

  test('what another machine recorded needs trust', async (t) => {
    const { home } = await recorded(t);
    writeFileSync(join(home.store(), 'state', 'sources.json'), '{}');
    assert.equal((await cliData<Resumed>(home, ['resume', '--dry-run'])).elsewhere, false, 'without a remote nothing comes from elsewhere');
    await cliData(home, ['remote', 'add', 'origin', sharedRemote(t)]);
    assert.equal((await cliError(home, ['resume'])).code, 'needs-trust');
    const { elsewhere, written } = await cliData<Resumed>(home, ['resume', '--trust']);
    assert.equal(elsewhere, true);
    const came = await cliData<{ conversations: { unchanged: number } }>(home, ['import', written?.files[0]?.path ?? '']);
    assert.equal(came.conversations.unchanged, 1, 'the conversation that it belongs to stands as saved');
    assert.equal((await cli(home, ['resume', '--dry-run'])).exit, 0);
    const handedOver = await cli(home, ['resume', '--in', 'other']);
    assert.equal(handedOver.exit, 0);
    assert.match(handedOver.err, /^made on another machine, or not only on this one$/m);
  });

  test('what was said since the last import stays out, and that is told', async (t) => {
    const { home, transcript } = await recorded(t);
    const remarks = async (...argv: string[]): Promise<string[]> =>
      JSON.parse((await cli(home, ['resume', ...argv, '--json'])).out).warnings;
    const id = (await cliData<{ conversation: { id: string } }>(home, ['log'])).conversation.id;
    assert.deepEqual(await remarks(id), []);
    const before = transcript.bytes.length;
    transcript.user('Four');
    transcript.says('To Four');
    appendFileSync(home.path(`.claude/projects/-w-lines/${session}.jsonl`), transcript.bytes.subarray(before));
    for (const argv of [[id], [id, '--in', 'codex', '--dry-run'], [id, '--in', 'other']])
      assert.deepEqual(await remarks(...argv), ['Its transcript has grown since it was imported: convo import brings what came since']);
    assert.deepEqual(await remarks(`${id}@4`), []);
    await cliData(home, ['import']);
    assert.deepEqual(await remarks(id), []);
  });

  test('a sub-agent does not go on by itself, and the thread that is asked for may be empty: says what to type', async (t) => {
    const home = new ImportHome(t);
    await home.putAll(fixtureScenes().find(({ name }) => name === 'fixture claude-code/everyday')?.files ?? []);
    await home.put('empty.jsonl', new Rollout({ id: uuid(1) }).meta({}).tokens(1, 2).text);
    await cliData(home, ['import']);
    await cliData(home, ['import', home.path('empty.jsonl')]);
    const { conversations } = await cliData<{ conversations: { id: string; tool: string; turns: number }[] }>(home, ['list', '--all']);
    const told = conversations.find(({ tool }) => tool === 'claude-code');
    const agent = `${told?.id}@2/a4c1f09b`;
    for (const argv of [
      ['resume', agent],
      ['resume', agent, '--in', 'other'],
      ['export', agent, '--to', 'codex'],
    ]) {
      const error = await cliError(home, argv);
      assert.deepEqual([error.code, error.exit], ['sub-agent-alone', 1]);
      assert.match(error.hint ?? '', new RegExp(`^convo resume ${told?.id}\\S*@2 .* convo context ${told?.id}\\S*@2/a4c1f09be27d6610e `));
    }
    const empty = conversations.find(({ turns }) => turns === 0)?.id ?? '';
    for (const argv of [
      ['resume', empty],
      ['branch', 'try', empty],
    ]) {
      const error = await cliError(home, argv);
      assert.deepEqual([error.code, error.exit, error.message], ['no-turns', 1, `${empty} has no turn to go on from`]);
    }
  });
});

describe('a resume that is killed', () => {
  for (const fault of ['crash-before', 'crash-after', 'EIO'] as const)
    test(`${fault}: the conversation stands and can be undone, or is gone with the next command`, async (t) => {
      const { home } = await recorded(t);
      const counting = faultyFs(fault, 0);
      const before = below(home.path('.claude'));
      await cliData(home, ['resume', '@4'], { host: { fs: counting.fs }, engine: 'isomorphic' });
      await cliData(home, ['undo']);
      assert.deepEqual(below(home.path('.claude')), before);
      const step = process.env.CONVO_CAMPAIGN === 'full' ? 1 : 29;
      for (let at = 1; at <= counting.count(); at += step) {
        const faulty = faultyFs(fault, at);
        const standIn = spawn('sleep', ['600'], { stdio: 'ignore' });
        await cli(home, ['resume', '@4'], { host: { fs: faulty.fs, pid: standIn.pid ?? 0 }, engine: 'isomorphic' });
        standIn.kill('SIGKILL');
        await once(standIn, 'exit');
        await cliData(home, ['tag', 'seen']);
        await cliData(home, ['tag', '-d', 'seen']);
        const { operations } = await cliData<{ operations: { id: string; command: string; undone: boolean }[] }>(home, [
          'op',
          'log',
          '-n',
          '3',
        ]);
        const done = operations.find((one) => one.command === 'resume' && !one.undone);
        if (done) await cliData(home, ['undo', done.id]);
        assert.deepEqual(below(home.path('.claude')), before, `step ${at}`);
      }
      assert.equal(fsckOf(home.gitdir()), '');
    });

  for (const fault of ['crash-before', 'crash-after', 'EIO'] as const)
    test(`${fault}: a redo typed again has written the same bytes`, async (t) => {
      const { home, before, path } = await goneOn(t);
      const bytes = readFileSync(path);
      await cliData(home, ['undo']);
      const counting = faultyFs(fault, 0);
      await cliData(home, ['redo'], { host: { fs: counting.fs }, engine: 'isomorphic' });
      await cliData(home, ['undo']);
      const step = process.env.CONVO_CAMPAIGN === 'full' ? 1 : 25;
      for (let at = 1; at <= counting.count(); at += step) {
        const faulty = faultyFs(fault, at);
        const standIn = spawn('sleep', ['600'], { stdio: 'ignore' });
        const ran = await cli(home, ['redo', '--json'], { host: { fs: faulty.fs, pid: standIn.pid ?? 0 }, engine: 'isomorphic' });
        standIn.kill('SIGKILL');
        await once(standIn, 'exit');
        const told = ran.exit === 0 ? (JSON.parse(ran.out) as { data: SetBack }).data : undefined;
        if (told === undefined) await cli(home, ['redo']);
        if (told?.files?.unwritten.length) assert.throws(() => readFileSync(path), /ENOENT/);
        else assert.deepEqual(readFileSync(path), bytes, `step ${at}`);
        await cliData(home, ['undo']);
        assert.deepEqual(below(home.path('.claude')), before, `step ${at}`);
      }
      assert.equal(fsckOf(home.gitdir()), '');
    });

  for (const fault of ['crash-before', 'crash-after'] as const)
    test(`${fault}: an undo has taken the conversation away with the next command, whichever that is`, async (t) => {
      const { home } = await recorded(t);
      const before = below(home.path('.claude'));
      const counting = faultyFs(fault, 0);
      await cliData(home, ['resume', '@4']);
      await cliData(home, ['undo'], { host: { fs: counting.fs }, engine: 'isomorphic' });
      const isFull = process.env.CONVO_CAMPAIGN === 'full';
      const ways = [
        { killed: () => ['undo'], next: () => ['tag', 'seen'] },
        { killed: (id: string) => ['undo', id], next: (id: string) => ['undo', id.slice(0, 8)] },
        { killed: () => ['undo'], next: () => ['undo'] },
        { killed: (id: string) => ['undo', id], next: () => ['resume', '--dry-run'] },
      ];
      let seen = 0;
      // The file goes behind the operation.
      for (let at = isFull ? 1 : counting.count() >> 1; at <= counting.count(); at += isFull ? 1 : 6) {
        const { killed, next } = ways[(at % 8) >> 1] ?? assert.fail();
        await cliData(home, ['resume', '@4']);
        const id = await newest(home);
        if (killed(id).length > 1) for (const argv of [['later'], ['-d', 'later']]) await cliData(home, ['tag', ...argv]);
        const faulty = faultyFs(fault, at);
        const standIn = spawn('sleep', ['600'], { stdio: 'ignore' });
        await cli(home, killed(id), { host: { fs: faulty.fs, pid: standIn.pid ?? 0 }, engine: 'isomorphic' });
        standIn.kill('SIGKILL');
        await once(standIn, 'exit');
        const hint = `step ${at}: ${killed(id)[0]}, then ${next(id).join(' ')}`;
        const wasUndone = await isUndone(home, id);
        const stood = below(home.path('.claude')).length > before.length;
        if (wasUndone && stood) seen += 1;
        if (!wasUndone || stood) {
          const typed = await cli(home, next(id));
          assert.equal(typed.exit, 0, `${hint}: ${typed.out}`);
        }
        if (!(await isUndone(home, id))) await cliData(home, ['undo', id]);
        assert.deepEqual(below(home.path('.claude')), before, hint);
      }
      assert.ok(seen > 0, 'none was killed between its operation and the file');
      assert.equal(fsckOf(home.gitdir()), '');
    });
});

async function isUndone(home: ImportHome, id: string): Promise<boolean> {
  const { operations } = await cliData<{ operations: { id: string; undone: boolean }[] }>(home, ['op', 'log', '-n', '5']);
  return operations.find((one) => one.id === id)?.undone ?? false;
}
