import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFile, lstat, mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import type { Part } from '../../src/model/turn.ts';
import { fakeBackend, png, said, type Told, turn } from '../support/fake-store.ts';
import { library, splitter } from '../support/library.ts';
import { runConvo, withHome } from '../support/run.ts';

const image: Part = { kind: 'attachment', media: 'image/png', name: 'shot.png', data: png };
const pictured: Told = {
  ...splitter,
  id: '4pic4pic4p',
  title: 'A picture',
  branches: { main: [turn('p1p1p1p1p1p1', 1, [[said('See'), image]], 0)] },
  open: [],
};
const backend = fakeBackend([...library, pictured]);
const convo = (home: string, ...argv: string[]) => runConvo(['export', ...argv], { backend, home });

test('a file is written for its user alone, never over another one, and over it with --force', async () => {
  await withHome(async (home) => {
    const first = await convo(home, '3hs8', '-o', 'a.md');
    assert.deepEqual([first.exit, first.err], [0, '']);
    assert.match(first.out, /^Wrote ~\/a\.md, \d+ B\n2 turns of 3hs8c5v7ba as markdown\n$/);
    const { mode } = await lstat(join(home, 'a.md'));
    assert.equal(mode & 0o777, 0o600);
    const again = await convo(home, '7qk2', '-o', 'a.md');
    assert.equal(again.exit, 1);
    assert.match(again.err, /There is a file at .*a\.md already[\s\S]*--force/);
    assert.match(await readFile(join(home, 'a.md'), 'utf8'), /^# Try redis/);
    assert.equal((await convo(home, '7qk2@4', '-o', 'a.md', '--force')).exit, 0);
    assert.match(await readFile(join(home, 'a.md'), 'utf8'), /^# Fix the line splitter/);
  });
});

test('nothing is written through a link, with --force neither: to the file, to the folder, on the way', async () => {
  await withHome(async (home) => {
    await mkdir(join(home, 'far'));
    await writeFile(join(home, 'far', 'kept.md'), 'kept');
    await symlink(join(home, 'far', 'kept.md'), join(home, 'file.md'));
    await symlink(join(home, 'far', 'nothing.md'), join(home, 'dangling.md'));
    await symlink(join(home, 'far'), join(home, 'folder'));
    await mkdir(join(home, 'out'));
    await symlink(join(home, 'far'), join(home, 'out', 'attachments'));
    for (const path of ['file.md', 'dangling.md', 'folder/', 'out/']) {
      const ran = await convo(home, '4pic', '-o', path, '--force');
      assert.equal(ran.exit, 1, path);
      assert.match(ran.err, /There is a link at/, path);
    }
    assert.deepEqual(await readdir(join(home, 'far')), ['kept.md']);
    assert.equal(await readFile(join(home, 'far', 'kept.md'), 'utf8'), 'kept');
  });
});

test('a folder holds the document and its files; one that holds something is left alone', async () => {
  await withHome(async (home) => {
    const ran = await convo(home, '4pic', '-o', 'out/');
    assert.match(ran.out, /^Wrote ~\/out, 2 files, \d+ B\n/);
    const text = await readFile(join(home, 'out', 'README.md'), 'utf8');
    const [, name = ''] = /!\[shot\.png\]\(attachments\/(\w+\.png)\)/.exec(text) ?? [];
    assert.deepEqual([...(await readFile(join(home, 'out', 'attachments', name)))], [...png]);
    const again = await convo(home, '4pic', '-o', 'out');
    assert.match(again.err, /There is a folder that is not empty at/);
    assert.equal((await convo(home, '4pic', '-o', 'out', '-f')).exit, 0);
  });
});

test('a document without a folder tells its files in a line, and says so', async () => {
  await withHome(async (home) => {
    const { out, err } = await convo(home, '4pic');
    assert.match(out, /\n\[shot\.png · image\/png · 8 B\]\n/);
    assert.match(err, /1 file is told in a line alone/);
    const page = await convo(home, '4pic', '--to', 'html');
    assert.match(page.out, /<img alt="shot\.png · image\/png · 8 B" src="data:image\/png;base64,iVBORw0KGgo=">/);
    assert.equal(page.err, '');
    const chat = await convo(home, '7qk2', '--to', 'openai');
    assert.match(chat.err, /thinking: 1 dropped, .*\n.*sub-agents: 1 dropped/);
  });
});

test('the ending of the file tells the format, --to beats it', async () => {
  await withHome(async (home) => {
    await convo(home, '3hs8', '-o', 'a.jsonl');
    const first = (await readFile(join(home, 'a.jsonl'), 'utf8')).split('\n')[0] ?? '';
    assert.deepEqual(JSON.parse(first), { role: 'user', content: 'Could we use redis for the queue?' });
    await convo(home, '3hs8', '-o', 'b.jsonl', '--to', 'anthropic');
    assert.match(await readFile(join(home, 'b.jsonl'), 'utf8'), /^\{"role":"user","content":\[\{"type":"text"/);
  });
});

test('a folder gets a document of one file under its id, and - is the standard output', async () => {
  await withHome(async (home) => {
    await mkdir(join(home, 'there'));
    await mkdir(join(home, 'far'));
    await symlink(join(home, 'far'), join(home, 'link'));
    for (const [argv, path] of [
      [['--to', 'json', '-o', 'new/'], 'new/3hs8c5v7ba.json'],
      [['--to', 'html', '-o', 'there'], 'there/3hs8c5v7ba.html'],
      [['--to', 'anthropic', '-o', 'there'], 'there/3hs8c5v7ba.jsonl'],
    ] as const) {
      assert.match((await convo(home, '3hs8', ...argv)).out, new RegExp(`^Wrote ~/${path}, `));
      assert.ok((await lstat(join(home, path))).isFile());
      assert.match((await convo(home, '3hs8', ...argv)).err, /There is a file at .* already/);
    }
    for (const path of ['link', 'link/']) assert.match((await convo(home, '3hs8', '-t', 'html', '-o', path, '-f')).err, /a link at/);
    assert.deepEqual(await readdir(join(home, 'far')), []);
    assert.equal((await convo(home, '3hs8', '-o', '-')).out, (await convo(home, '3hs8')).out);
    const nowhere = await convo(home, '3hs8', '-o', 'a/b/x.md');
    assert.equal(nowhere.exit, 1);
    assert.match(nowhere.err, /a\/b\/x\.md: its folder is not there\n.*mkdir -p .*a\/b\n/);
    assert.match((await convo(home, '3hs8', '-o', '/dev/null')).err, /There is a device at/);
  });
});

test('--all writes a folder for each project and conversation, and a list of all; each link leads to a file', async () => {
  await withHome(async (home) => {
    const ran = await convo(home, '--all', 'library');
    assert.match(ran.out, /^Wrote ~\/library, 7 files, \d KB\n4 conversations as markdown\n$/);
    const found = (await readdir(join(home, 'library'), { recursive: true, withFileTypes: true })).filter((one) => one.isFile());
    const files = found.map((one) => relative(join(home, 'library'), join(one.parentPath, one.name))).sort();
    assert.deepEqual(
      files.map((path) => path.replace(/[0-9a-f]{16}/, 'hash')),
      [
        '.convo-export',
        'README.md',
        'example.com-org-app/2026-02-10-a-picture-4pic4pic4p/README.md',
        'example.com-org-app/2026-02-10-a-picture-4pic4pic4p/attachments/hash.png',
        'example.com-org-app/2026-02-10-fix-the-line-splitter-7qk2m4xw9d/README.md',
        'example.com-org-app/2026-02-10-fix-the-line-splitter-7qk2m4xw9d/branches/main-2.md',
        'example.com-org-queue/2026-02-09-try-redis-for-the-queue-3hs8c5v7ba/README.md',
        'home-ada-notes/2026-02-08-hi-9zzz8yyy7x/README.md',
      ],
    );
    for (const path of files.filter((one) => one.endsWith('.md'))) {
      const text = await readFile(join(home, 'library', path), 'utf8');
      for (const [, target = ''] of text.matchAll(/\]\(([^)]*)\)/g))
        assert.ok((await lstat(join(home, 'library', dirname(path), decodeURI(target)))).isFile(), `${path}: ${target}`);
    }
    assert.equal((await convo(home, '--all')).exit, 2);
    assert.equal((await convo(home, '--all', 'x', '--to', 'json')).exit, 2);
  });
});

const filesIn = async (folder: string): Promise<string[]> => {
  const found = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((one) => !one.isDirectory());
  return found.map((one) => relative(folder, join(one.parentPath, one.name))).sort();
};

test('--all again brings the folder up to date: what has changed is written, what is gone goes, what somebody else made stays', async () => {
  await withHome(async (home) => {
    const folder = join(home, 'library');
    const all = async (told: readonly Told[], ...argv: string[]) =>
      runConvo(['export', '--all', 'library', ...argv], { backend: fakeBackend(told), home });
    await all([...library, pictured]);
    const first = await filesIn(folder);
    assert.match(
      (await all([...library, pictured])).out,
      /^Wrote ~\/library, 7 files, \d KB\nNothing has changed since it was written last\n4 conv/,
    );
    const [picture = '', hi = ''] = [
      first.find((path) => /4pic4pic4p.README/.test(path)),
      first.find((path) => /9zzz8yyy7x.README/.test(path)),
    ];
    await writeFile(join(folder, 'notes.md'), 'mine');
    await writeFile(join(folder, dirname(picture), 'mine.md'), 'mine');
    await writeFile(join(folder, hi), 'changed by me');
    const changed = library.map((one) => (one.id === '9zzz8yyy7x' ? { ...one, tool: 'gemini' } : one));
    const second = await all(changed);
    assert.match(second.out, /\n1 file new or changed, 2 files gone\n3 conversations as markdown\n$/);
    assert.match(second.err, new RegExp(`1 file kept as changed by somebody else .*${hi}`));
    assert.equal(await readFile(join(folder, hi), 'utf8'), 'changed by me');
    const left = first.filter((path) => !path.includes('4pic'));
    assert.deepEqual(await filesIn(folder), [...left, 'notes.md', join(dirname(picture), 'mine.md')].sort());
    assert.equal((await all(changed, '--force')).err, '');
    assert.match(await readFile(join(folder, hi), 'utf8'), /gemini/);
    assert.deepEqual(await filesIn(folder), [...left, 'notes.md', join(dirname(picture), 'mine.md')].sort());
  });
});

test('--all leaves alone what it told of a conversation of which only the card is here now', async () => {
  await withHome(async (home) => {
    const all = (told: readonly Told[]) => runConvo(['export', '--all', 'library'], { backend: fakeBackend(told), home });
    await all([...library, pictured]);
    const before = await filesIn(join(home, 'library'));
    for (let times = 0; times < 2; times += 1) {
      const { err } = await all([...library, { ...pictured, absent: true }]);
      assert.match(err, /1 conversation of which only the card is here is left out/);
      assert.deepEqual(await filesIn(join(home, 'library')), before);
    }
    assert.match((await all(library)).out, /2 files gone/);
  });
});

test('--all takes no folder of somebody else, and a list that leads out of its folder or through a link removes nothing', async () => {
  await withHome(async (home) => {
    await mkdir(join(home, 'far'));
    await writeFile(join(home, 'far', 'a.md'), 'far');
    await mkdir(join(home, 'other'));
    await writeFile(join(home, 'other', 'a.md'), 'other');
    assert.match((await convo(home, '--all', 'other')).err, /a folder that is not empty[\s\S]*--force/);
    await symlink(join(home, 'far'), join(home, 'link'));
    assert.match((await convo(home, '--all', 'link')).err, /There is a link at/);
    await convo(home, '--all', 'library');
    const sum = (text: string) => createHash('sha256').update(text).digest('hex');
    await symlink(join(home, 'far'), join(home, 'library', 'far'));
    await appendFile(
      join(home, 'library', '.convo-export'),
      ['../far/a.md', 'x/../../far/a.md', join(home, 'far', 'a.md'), 'far/a.md', '../other/a.md']
        .map((path) => `${sum(path.includes('other') ? 'other' : 'far')} ${path}\n`)
        .join(''),
    );
    assert.equal((await convo(home, '--all', 'library')).exit, 0);
    assert.deepEqual([...(await filesIn(join(home, 'far'))), ...(await filesIn(join(home, 'other')))], ['a.md', 'a.md']);
    const [project = ''] = (await readdir(join(home, 'library'))).filter((name) => name.startsWith('example'));
    await rename(join(home, 'library', project), join(home, 'moved'));
    await symlink(join(home, 'moved'), join(home, 'library', project));
    const ran = await convo(home, '--all', 'library', '--force');
    assert.deepEqual([ran.exit, ran.out], [1, '']);
    assert.match(ran.err, /There is a link at/);
  });
});

test('--force is told of only where it helps', async () => {
  await withHome(async (home) => {
    await writeFile(join(home, 'a.md'), 'mine');
    await mkdir(join(home, 'full'));
    await writeFile(join(home, 'full', 'b'), '');
    for (const [argv, helps] of [
      [['7qk2', '-o', 'a.md'], true],
      [['7qk2', '-o', 'full/'], true],
      [['7qk2', '-o', 'a.md/'], false],
      [['--all', 'a.md'], false],
    ] as const) {
      const ran = await convo(home, ...argv);
      assert.deepEqual([ran.exit, /There is a .*\n.*--force/.test(ran.err)], [1, helps], argv.join(' '));
      assert.equal((await convo(home, ...argv, '--force')).exit, helps ? 0 : 1, argv.join(' '));
    }
  });
});

test('a conversation of which nothing is finished yet is told so', async () => {
  await withHome(async (home) => {
    const waiting: Told = { ...splitter, id: '5wa5wa5wa5', title: 'Waiting', branches: {}, open: [] };
    const ran = await runConvo(['export', '5wa5', '--to', 'json'], { backend: fakeBackend([waiting]), home });
    assert.deepEqual([ran.exit, ran.out], [1, '']);
    assert.match(ran.err, /Nothing of 5wa5wa5wa5 is finished yet/);
  });
});

test('JSON tells whole turns of conversations, or says that it does not', async () => {
  await withHome(async (home) => {
    for (const [revision, what] of [
      ['7qk2@2.1', /not a part of a turn/],
      ['7qk2@4/a1b2', /not a sub-agent alone/],
    ] as const) {
      const ran = await convo(home, revision, '--to', 'json');
      assert.deepEqual([ran.exit, ran.out], [2, '']);
      assert.match(ran.err, what);
    }
    const thread = JSON.parse((await convo(home, '7qk2/main-2@3', '--to', 'json')).out) as {
      branches: { name: string; thread: string[] }[];
    };
    assert.deepEqual(
      thread.branches.map((one) => [one.name, one.thread.length]),
      [['main-2', 3]],
    );
  });
});
