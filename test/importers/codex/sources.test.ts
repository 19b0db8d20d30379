import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { codex } from '../../../src/importers/codex/index.ts';
import { Rollout, readRollout, told, uuid } from '../../support/codex.ts';
import { contextOf, countedBytes, sourceFor } from '../../support/importer.ts';
import { caseHome, contentOf, hostAt } from '../../support/sources.ts';

const home = mkdtempSync(join(tmpdir(), 'convo-codex-'));
after(() => rmSync(home, { recursive: true }));

function put(path: string, text: string): string {
  const whole = join(home, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, text);
  return whole;
}

async function found(sources: AsyncIterable<{ path: string; key: string }>): Promise<string[]> {
  const names: string[] = [];
  for await (const { path, key } of sources) names.push(path === key ? path : `${key} + ${path.slice(key.length)}`);
  return names.map((name) => name.replaceAll(home, '~')).sort();
}

test('rollouts are found by day, in the archive and at $CODEX_HOME; a plain one wins over its compressed twin', async () => {
  const name = (number: number) => `rollout-2026-03-02T09-00-00-${uuid(number)}.jsonl`;
  put(`.codex/sessions/2026/03/02/${name(1)}`, '');
  put(`.codex/sessions/2026/03/02/${name(2)}`, '');
  put(`.codex/sessions/2026/03/02/${name(2)}.zst`, '');
  put(`.codex/sessions/2026/03/02/${name(3)}.zst`, '');
  put(`.codex/sessions/rollout-2025-05-01-${uuid(4)}.json`, '');
  put(`.codex/archived_sessions/${name(5)}`, '');
  put('.codex/sessions/2026/03/02/notes.jsonl', '');
  put('.codex/history.jsonl', '');
  put(`else/sessions/${name(6)}`, '');
  const day = '~/.codex/sessions/2026/03/02';
  assert.deepEqual(await found(codex.discover(hostAt(home))), [
    `~/.codex/archived_sessions/${name(5)}`,
    `${day}/${name(1)}`,
    `${day}/${name(2)}`,
    `${day}/${name(3)} + .zst`,
    `~/.codex/sessions/rollout-2025-05-01-${uuid(4)}.json`,
  ]);
  const host = { ...hostAt(home), env: { CODEX_HOME: join(home, 'else') } };
  assert.deepEqual(await found(codex.discover(host)), [`~/else/sessions/${name(6)}`]);
  assert.deepEqual(await found(codex.discover(hostAt(join(home, 'nobody')))), []);
});

test('a named path is told by the head of the file', async () => {
  const own = put('named/own.jsonl', new Rollout().meta().text);
  put(
    'named/long.jsonl',
    `{"timestamp":"2026-03-02T08:00:00Z","type":"session_meta","payload":{"id":"x","base_instructions":{"text":"${'long '.repeat(60_000)}`,
  );
  put('named/bare.jsonl', `${JSON.stringify({ id: uuid(1), timestamp: '2025-06-01T10:00:00Z', instructions: null })}\r\n`);
  put('named/document.json', '{"session":{"id":"x"},"items":[]}');
  put('named/claude.jsonl', '{"type":"user","uuid":"x","sessionId":"y","message":{"role":"user","content":"hi"}}\n');
  put('named/package.json', '{"name":"x"}');
  put('named/empty.jsonl', '');
  put(
    'named/pi.jsonl',
    '{"type":"session","id":"x","timestamp":"2026-01-01T00:00:00Z","cwd":"/w"}\n{"type":"message","id":"y","message":{"role":"user"}}\n',
  );
  const expected = ['bare', 'document', 'long', 'own'].map((name) => `~/named/${name}.json${name === 'document' ? '' : 'l'}`);
  assert.deepEqual(await found(codex.sniff(join(home, 'named'), hostAt(home))), expected);
  for await (const source of codex.sniff(own, hostAt(home))) assert.equal(source.given, true);
  assert.deepEqual(await found(codex.sniff(join(home, 'named/claude.jsonl'), hostAt(home))), []);
  assert.deepEqual(await found(codex.sniff(join(home, 'nothing'), hostAt(home))), []);
});

test('a compressed rollout is the same source as its plain twin', async () => {
  const folder = caseHome('codex', 'compressed');
  for await (const source of codex.discover(hostAt(folder))) {
    assert.ok(source.path.endsWith('.jsonl.zst') && source.key.endsWith('.jsonl'));
    const { turns } = await readRollout(await contentOf(source), { path: source.key });
    assert.deepEqual(turns.flatMap(told), ['user: text one', 'assistant: text First.', 'user: text two', 'assistant: text Second.']);
  }
  const sniffed = await found(codex.sniff(folder, hostAt(folder)));
  assert.equal(sniffed.length, 1);
});

test('where compressed data are damaged, what was read counts and the damage is named', async () => {
  const data = Buffer.from(new Rollout().meta().exchange('t1', 'one', 'First.').text);
  const source = sourceFor(codex, '/w/rollout-x.jsonl.zst');
  const context = { ...contextOf(source, data), open: async () => ({ ...countedBytes(data), broken: 'unexpected EOF' }) };
  const told: string[] = [];
  for await (const event of codex.scan(source, context)) {
    if (event.type === 'skipped') told.push(`${event.skipped.offset === data.length} ${event.skipped.reason}`);
    if (event.type === 'outline') told.push(`${event.turns.length} turns`);
  }
  assert.deepEqual(told, ['true the compressed data are damaged here: unexpected EOF', '2 turns']);
});

test('names of threads: the last one counts, what is none is passed over', async () => {
  const line = (id: string, thread_name: unknown) => JSON.stringify({ id, thread_name, updated_at: '2026-03-02T08:00:00Z' });
  const index = [line('a', 'First'), line('b', ' '), line('a', ' Second '), '{"id":"c"', 'null', line('d', 7), line('e', 'Last')].join(
    '\n',
  );
  put('.codex/session_index.jsonl', index);
  assert.deepEqual(
    [...((await codex.names?.(hostAt(home))) ?? [])],
    [
      ['a', 'Second'],
      ['e', 'Last'],
    ],
  );
  assert.equal((await codex.names?.(hostAt(join(home, 'nobody'))))?.size, 0);
});
