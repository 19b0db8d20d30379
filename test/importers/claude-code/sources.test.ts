import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { appendFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { after, test } from 'node:test';
import { claudeCode } from '../../../src/importers/claude-code/index.ts';
import type { Source } from '../../../src/importers/importer.ts';
import { Transcript } from '../../support/claude-code.ts';
import { scanOf, turnsOf } from '../../support/importer.ts';
import { caseHome, contentOf, hostAt } from '../../support/sources.ts';

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

async function homeWith(files: Record<string, string | Uint8Array>): Promise<string> {
  const home = mkdtempSync(join(tmpdir(), 'convo-claude-'));
  folders.push(home);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(home, name)), { recursive: true });
    await writeFile(join(home, name), content);
  }
  return home;
}

async function all(sources: AsyncIterable<Source>): Promise<Source[]> {
  const found: Source[] = [];
  for await (const source of sources) found.push(source);
  return found;
}

const session = '5e551000-0000-4000-8000-000000000000';
const hello = new Transcript();
hello.user('Hello');

test('the configured folder comes before the two defaults', () => {
  const host = hostAt('/h');
  assert.deepEqual(claudeCode.roots(host), ['/h/.claude/projects', '/h/.config/claude/projects']);
  const configured = claudeCode.roots({ ...host, env: { CLAUDE_CONFIG_DIR: '/c' } });
  assert.deepEqual(configured, ['/c/projects', '/h/.claude/projects', '/h/.config/claude/projects']);
});

test('every layout is found, other files are not', async () => {
  const home = await homeWith({
    [`.claude/projects/-w/${session}.jsonl`]: hello.bytes,
    '.claude/projects/-w/agent-0a1b.jsonl': hello.bytes,
    '.claude/projects/-w/sessions-index.json': '{}',
    '.claude/projects/-w/memory/MEMORY.md': '#',
    [`.claude/projects/-w/${session}/subagents/agent-a1.jsonl`]: hello.bytes,
    [`.claude/projects/-w/${session}/subagents/agent-acompact-2f.jsonl`]: hello.bytes,
    [`.claude/projects/-w/${session}/subagents/workflows/wf_1/agent-b2.jsonl`]: hello.bytes,
    [`.claude/projects/-w/${session}/subagents/workflows/wf_1/journal.jsonl`]: '{"type":"started","agentId":"b2"}\n',
    [`.claude/projects/-w/${session}/tool-results/x.txt`]: 'x',
    '.claude/history.jsonl': '{}\n',
    '.config/claude/projects/-v/old.jsonl': hello.bytes,
  });
  await symlink(join(home, '.claude'), join(home, '.claude/projects/-w/loop'));
  const sources = await all(claudeCode.discover(hostAt(home)));
  const agents = await Promise.all(
    sources.map(async (source) => (await scanOf(claudeCode, source, await contentOf(source))).outline.facts.agent?.id ?? ''),
  );
  assert.deepEqual(
    sources.map((source, index) => [relative(home, source.path), agents[index]]),
    [
      [`.claude/projects/-w/${session}.jsonl`, ''],
      ['.claude/projects/-w/agent-0a1b.jsonl', '0a1b'],
      [`.claude/projects/-w/${session}/subagents/agent-a1.jsonl`, 'a1'],
      [`.claude/projects/-w/${session}/subagents/agent-acompact-2f.jsonl`, 'acompact-2f'],
      [`.claude/projects/-w/${session}/subagents/workflows/wf_1/agent-b2.jsonl`, 'b2'],
      [`.claude/projects/-w/${session}/subagents/workflows/wf_1/journal.jsonl`, 'wf_1-journal'],
      ['.config/claude/projects/-v/old.jsonl', ''],
    ],
  );
});

test('no folder, no sources', async () => {
  assert.deepEqual(await all(claudeCode.discover(hostAt(await homeWith({})))), []);
});

test('the stamp moves when the file or a companion does', async () => {
  const name = `.claude/projects/-w/${session}.jsonl`;
  const home = await homeWith({ [name]: hello.bytes });
  const stamp = async () => (await all(claudeCode.discover(hostAt(home))))[0]?.stamp;
  const first = await stamp();
  assert.deepEqual(await stamp(), first);
  await appendFile(join(home, name), '\n');
  const second = await stamp();
  assert.notEqual(second?.size, first?.size);
  await mkdir(join(home, `.claude/projects/-w/${session}/tool-results`), { recursive: true });
  await writeFile(join(home, `.claude/projects/-w/${session}/tool-results/x.txt`), 'x');
  assert.notEqual((await stamp())?.companions, second?.companions);
});

test('a path that the user names is told by its records, wherever it lies', async () => {
  const other = '{"timestamp":"2026-01-01T00:00:00.000Z","type":"session_meta","payload":{"id":"x"}}\n';
  const parts = '{"uuid":"a","parentUuid":null,"sessionId":"s","type":"user","message":{"role":"user","parts":[{"text":"hi"}]}}\n';
  const big = new Transcript();
  big.user('x'.repeat(600_000));
  const home = await homeWith({
    'copy/one.jsonl': hello.bytes,
    'copy/other.jsonl': other,
    'copy/parts.jsonl': parts,
    'copy/notes.txt': 'hello',
    'copy/empty.jsonl': '',
    'copy/damaged.jsonl': Buffer.concat([Buffer.from('{"type":"us\n'), hello.bytes]),
    'copy/big.jsonl': big.bytes,
    'copy/summary.jsonl': '{"type":"summary","summary":"x","leafUuid":"y"}\n',
  });
  const found = await all(claudeCode.sniff(join(home, 'copy'), hostAt(home)));
  assert.deepEqual(
    found.map((source) => [relative(home, source.path), source.given]),
    ['big', 'damaged', 'one', 'summary'].map((name) => [`copy/${name}.jsonl`, true]),
  );
  assert.equal((await all(claudeCode.sniff(join(home, 'copy/one.jsonl'), hostAt(home)))).length, 1);
  assert.deepEqual(await all(claudeCode.sniff(join(home, 'copy/other.jsonl'), hostAt(home))), []);
  assert.deepEqual(await all(claudeCode.sniff(join(home, 'nowhere'), hostAt(home))), []);
});

test('a spilled result is the whole text, in the session and in its fork; the companion and the meta file are kept', async () => {
  const sources = await all(claudeCode.discover(hostAt(caseHome('claude-code', 'everyday'))));
  const documents: string[] = [];
  const lengths: number[] = [];
  for (const source of sources) {
    const data = await contentOf(source);
    const scanned = await scanOf(claudeCode, source, data);
    documents.push(...[...scanned.documents.keys()].map((key) => key.replace(/^.{36}/, '<session>')));
    for (const turn of await turnsOf(claudeCode, source, data, scanned)) {
      for (const part of turn.steps.flatMap((step) => step.parts)) {
        if (part.kind !== 'tool-call' || part.call !== 'toolu_07') continue;
        const [content] = part.result?.content ?? [];
        if (content?.kind === 'text') lengths.push(content.text.length);
      }
    }
  }
  assert.deepEqual(documents, [
    '<session>/tool-results/b7k2x.txt',
    '<session>/tool-results/b7k2x.txt',
    '<session>/subagents/agent-a4c1f09be27d6610e.meta.json',
  ]);
  assert.equal(lengths.length, 2);
  assert.ok(lengths.every((length) => length > 30_000));
});

test('a recorded path leads nowhere but into tool-results', async () => {
  const t = new Transcript();
  t.user('Go');
  const paths = [
    '../../../etc/passwd',
    '/etc/passwd',
    '/p/tool-results/..',
    '/p/../tool-results/.bash_history',
    'tool-results/a/b',
    '/x/../tool-results/ok.txt',
  ];
  paths.forEach((path, index) => {
    t.calls(`c${index}`);
    t.result(`c${index}`, `<persisted-output>\nFull output saved to: ${path}\n\nPreview`, { toolUseResult: { persistedOutputPath: path } });
  });
  const asked: string[] = [];
  const source: Source = {
    tool: claudeCode.tool,
    key: 'k',
    path: `/w/${session}.jsonl`,
    stamp: { dev: 0, inode: 0, size: 0, mtimeMs: 0, companions: '' },
  };
  const context = {
    signal: new AbortController().signal,
    complete: true,
    open: async () => ({
      size: 0,
      read: async () => new Uint8Array(),
      close: async () => {},
      stream: async function* () {
        yield t.bytes;
      },
    }),
    companion: async (name: string) => {
      asked.push(name);
      return undefined;
    },
  };
  for await (const event of claudeCode.scan(source, context)) assert.ok(event.type !== 'document');
  assert.deepEqual(asked, [`${session}/tool-results/ok.txt`]);
});

test('damage is named by line and column, and no whole record is lost to it', async () => {
  const [source] = await all(claudeCode.discover(hostAt(caseHome('claude-code', 'damaged'))));
  assert.ok(source);
  const { skipped, outline } = await scanOf(claudeCode, source, await contentOf(source));
  assert.deepEqual(
    skipped.map(({ line, column, reason, kept }) => `${line}:${column} ${reason}${kept ? '' : ', not kept'}`),
    [
      '4:123 not JSON: unexpected text',
      '6:1 64 NUL bytes',
      '7:201 not JSON: ends inside a string',
      '9:40 not UTF-8; read with replacement characters',
      '10:1 not a JSON object',
      '13:78 not JSON: ends before its closing brace',
    ],
  );
  assert.deepEqual(outline.counts, { records: 9, inTurns: 8, rawOnly: 1 });
});
