import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { folderOf } from '../../src/exporters/claude-code/folder.ts';
import { claudeCode as exporter } from '../../src/exporters/claude-code/index.ts';
import { claudeCode as importer } from '../../src/importers/claude-code/index.ts';
import { exportedOf, targetOf, type Whole, wholeOf } from '../support/exporter.ts';
import { fixtureSources, sampleSources } from '../support/sources.ts';

const fixtures = await Promise.all((await fixtureSources(importer)).map((source) => wholeOf(importer, source)));
const samples = await Promise.all((await sampleSources(importer)).map((source) => wholeOf(importer, source)));
const mains = [...fixtures, ...samples].filter(({ facts }) => facts.agent === undefined);

/** Every turn of a fixture, some of a sample. */
function leaves(whole: Whole) {
  const all = whole.outlines.filter(({ agent }) => agent === undefined).map(({ id }) => id);
  const step = fixtures.includes(whole) || process.env.CONVO_CAMPAIGN === 'full' ? 1 : Math.ceil(all.length / 3);
  return all.filter((_, index) => (all.length - 1 - index) % step === 0);
}

describe('Claude Code, with the records of the source', () => {
  test('each record differs from its source in the session, the folder and lost links alone', async () => {
    for (const whole of mains) {
      for (const leaf of leaves(whole)) {
        const thread = exportedOf(whole, leaf);
        const { files } = exporter.plan(thread).write(targetOf(exporter));
        const lines = Buffer.from(files[0]?.bytes ?? [])
          .toString('utf8')
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line));
        const inside = [...thread.agents.values()].flatMap(({ turns }) => turns);
        const source = [...thread.turns, ...inside]
          .flatMap(({ records = [] }) => records)
          .map((record) => JSON.parse(Buffer.from(record).toString('utf8')));
        const uuids = new Set(source.map(({ uuid }) => uuid));
        const kept = lines.filter(({ uuid, type, operation }) => uuids.has(uuid) && type !== 'custom-title' && operation !== 'remove');
        const added = lines.filter((line) => !kept.includes(line));
        assert.equal(kept.length, source.length, `${whole.source.path} ${leaf}`);
        assert.ok(
          added.every(
            (line) =>
              line.type === 'custom-title' ||
              line.operation === 'remove' ||
              /No result was recorded|begins with/.test(JSON.stringify(line)),
          ),
          `${whole.source.path} ${leaf}: ${JSON.stringify(added).slice(0, 400)}`,
        );
        for (const [index, line] of kept.entries()) differsRightly(source[index], line, uuids);
      }
    }
  });
});

type Fields = Record<string, unknown>;

function differsRightly(source: Fields, written: Fields, uuids: ReadonlySet<unknown>): void {
  const { ids, cwd } = targetOf(exporter);
  const differing = Object.keys({ ...source, ...written }).filter((key) => !isDeepStrictEqual(source[key], written[key]));
  for (const key of differing) {
    if (key === 'sessionId' || key === 'session_id') assert.equal(written[key], ids.native);
    else if (key === 'cwd') assert.ok(String(written[key]).startsWith(cwd));
    else if (key === 'message' || key === 'toolUseResult') assert.equal(placeless(written[key]), placeless(source[key]));
    else {
      assert.equal(key, 'parentUuid', JSON.stringify({ source, written }).slice(0, 1000));
      assert.ok(!uuids.has(source.parentUuid), 'a link that holds was cut');
    }
  }
}

/** A value in which every place of a spilled result is the same. */
const placeless = (value: unknown): string => JSON.stringify(value).replace(/\/[^" \\]*\/tool-results\//g, '.../');

test('the folder of a project is the one that the client takes (2.1.329), also of a path that is too long for a name', () => {
  assert.equal(folderOf('/a/my_app.v2'), '-a-my-app-v2');
  const long = `/tmp/w5long/${'a_'.repeat(110)}/home/proj`;
  assert.equal(folderOf(long), `${long.replace(/[^a-z0-9]/g, '-').slice(0, 200)}-hhr5rk`);
});

test('sub-agents come along where their records are here; the table says what becomes of each', () => {
  const seen = { exact: 0, dropped: 0 };
  for (const whole of mains) {
    for (const leaf of leaves(whole)) {
      const thread = exportedOf(whole, leaf, [...fixtures, ...samples]);
      const named = thread.turns.flatMap(({ turn }) =>
        turn.steps.flatMap(({ parts }) => parts.flatMap((part) => (part.kind === 'tool-call' ? (part.agents ?? []) : []))),
      );
      const rows = exporter.plan(thread).fidelity.filter(({ component }) => component === 'sub-agents');
      assert.equal(
        rows.reduce((sum, { count }) => sum + count, 0),
        named.length,
        `${whole.source.path} ${leaf}`,
      );
      const alone = exporter.plan({ ...thread, agents: new Map() }).fidelity.filter(({ component }) => component === 'sub-agents');
      assert.ok(alone.every(({ kept }) => kept === 'dropped'));
      for (const { kept, count } of rows) if (kept === 'exact' || kept === 'dropped') seen[kept] += count;
    }
  }
  assert.ok(seen.exact > 0, JSON.stringify(seen));
});
