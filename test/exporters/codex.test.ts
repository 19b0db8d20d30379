import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codex as exporter } from '../../src/exporters/codex/index.ts';
import { codex as importer } from '../../src/importers/codex/index.ts';
import { exportedOf, targetOf, wholeOf } from '../support/exporter.ts';
import { fixtureSources, sampleSources } from '../support/sources.ts';

const sources = [...(await fixtureSources(importer)), ...(await sampleSources(importer))];
const wholes = await Promise.all(sources.map((source) => wholeOf(importer, source)));
const mains = wholes.filter(({ facts }) => facts.agent === undefined);

const linesOf = (bytes: Uint8Array | undefined): string[] =>
  Buffer.from(bytes ?? [])
    .toString('utf8')
    .trimEnd()
    .split('\n');

/** A line without what may differ from its source: its number, the thread's id, the folders of the project. */
const normal = (line: string): string =>
  line
    .replace(/"ordinal": ?\d+/, '"ordinal":0')
    .replace(/"(thread_id|session_id|cwd)": ?"[^"]*"/g, '"$1":""')
    .replace(/"(workspace_roots|runtime_workspace_roots)": ?\[(?:"[^"]*",? ?)*\]/g, '"$1":[]');

test('each record has the bytes of its source but for its number, the thread and the folders, cut at every turn', () => {
  let kept = 0;
  for (const whole of mains) {
    for (const { id } of whole.outlines.filter(({ agent }) => agent === undefined)) {
      const thread = exportedOf(whole, id, wholes);
      const [file] = exporter.plan(thread).write(targetOf(exporter)).files;
      const lines = linesOf(file?.bytes);
      const own = thread.turns.flatMap(({ records = [] }) => records).map((record) => Buffer.from(record).toString('utf8'));
      if (own.length === 0) continue;
      const [first, ...rest] = lines;
      assert.equal(JSON.parse(first ?? '').payload.id, targetOf(exporter).ids.native);
      const written = rest.filter((line) => !/"session_meta"|"thread_name_updated"|No result was recorded|^\{"id":/.test(line));
      const expected = own.filter((line) => !line.includes('No result was recorded'));
      assert.deepEqual(written.map(normal), expected.map(normal), `${whole.source.path} ${id}`);
      kept += expected.length;
    }
  }
  assert.ok(kept > 100);
});

test('records have numbers without a gap, or none', () => {
  for (const whole of mains) {
    const leaf = whole.outlines.filter(({ agent }) => agent === undefined).at(-1)?.id;
    if (!leaf) continue;
    const thread = exportedOf(whole, leaf, wholes);
    const [file] = exporter.plan(thread).write(targetOf(exporter)).files;
    const own = thread.turns
      .flatMap(({ records = [] }) => records)
      .map((record) => JSON.parse(Buffer.from(record).toString('utf8')).ordinal);
    if (own.some((number) => number === undefined) && own.some((number) => number !== undefined)) continue; // trimmed by hand
    const numbers = linesOf(file?.bytes).map((line) => JSON.parse(line).ordinal);
    const none = numbers.every((number) => number === undefined);
    assert.ok(none || numbers.every((number, index) => number === index), whole.source.path);
  }
});

test('a thread goes to the provider that is configured, of the profile where one is chosen', () => {
  const [whole] = mains;
  const leaf = whole?.outlines.at(-1)?.id;
  assert.ok(whole && leaf);
  const provider = (toml: string | undefined) => {
    const settings = new Map(toml === undefined ? [] : [['/home/u/.codex/config.toml', toml]]);
    const [file] = exporter.plan(exportedOf(whole, leaf, wholes, true)).write(targetOf(exporter, { settings })).files;
    return JSON.parse(linesOf(file?.bytes)[0] ?? '').payload.model_provider;
  };
  assert.equal(provider(undefined), 'openai');
  assert.equal(provider('model = "x"\nmodel_provider = "mine"\n[model_providers.mine]\nname = "mine"\n'), 'mine');
  assert.equal(provider('profile = "work"\nmodel_provider = "mine"\n\n[profiles.work]\nmodel_provider = "theirs"\n'), 'theirs');
  assert.equal(provider('[model_providers.other]\nmodel_provider = "no"\n'), 'openai');
});

test('sub-agents with files of their own stay where they are: the table says so, their result stands in the call', () => {
  let seen = 0;
  for (const whole of mains) {
    const leaf = whole.outlines.filter(({ agent }) => agent === undefined).at(-1)?.id;
    if (!leaf) continue;
    for (const built of [false, true]) {
      const thread = exportedOf(whole, leaf, wholes, built);
      const calls = thread.turns.flatMap(({ turn }) =>
        turn.steps.flatMap(({ parts }) => parts.filter((part) => part.kind === 'tool-call')),
      );
      const named = calls.flatMap(({ agents = [] }) => agents);
      const rows = exporter.plan(thread).fidelity.filter(({ component }) => component === 'sub-agents');
      assert.equal(
        rows.reduce((sum, { count }) => sum + count, 0),
        named.length,
        whole.source.path,
      );
      assert.ok(rows.every(({ kept, why }) => kept === 'dropped' && why.includes('result stands in the call')));
      const { files } = exporter.plan(thread).write(targetOf(exporter));
      assert.equal(files.length, 1);
      for (const { agents, result } of calls) {
        const said = result?.content.flatMap((part) => (part.kind === 'text' ? part.text : [])).join('') ?? '';
        if (agents && said)
          assert.ok(linesOf(files[0]?.bytes).some((line) => line.includes(JSON.stringify(said.slice(0, 40)).slice(1, -1))));
      }
      seen += named.length;
    }
  }
  assert.ok(seen > 0);
});
