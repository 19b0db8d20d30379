import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Exported, Fidelity, Target, Written } from '../../src/exporters/exporter.ts';
import { exporters } from '../../src/exporters/registry.ts';
import { importers } from '../../src/importers/registry.ts';
import type { Part } from '../../src/model/turn.ts';
import { comparable, cutThreads, readBack, targetOf, toldOf, wholeOf } from '../support/exporter.ts';
import { fixtureSources, sampleSources } from '../support/sources.ts';

type Fields = Record<string, unknown>;

const isFull = process.env.CONVO_CAMPAIGN === 'full';
const linesOf = ({ files }: Written): Fields[] =>
  Buffer.from(files[0]?.bytes ?? [])
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

/** Fields that are the new conversation's own, anywhere in a record; a link or a place of a spilled result is one, too. */
const own = new Set(['uuid', 'parentUuid', 'sourceToolAssistantUUID', 'sessionId', 'session_id', 'thread_id', 'turn_id', 'ordinal', 'cwd']);
const roots = new Set(['workspace_roots', 'runtime_workspace_roots']);
const common = (value: unknown): string =>
  JSON.stringify(value, (key, item) => (own.has(key) || roots.has(key) ? undefined : item)).replace(/\/[^" \\]*\/tool-results\//g, '.../');

/** How many of the turn's records were kept as they are, in their order; all that is written of it is one of those, or told to be added. */
function keptOf(thread: Exported, written: Written, before: number): number {
  const source = (thread.turns.at(-1)?.whole ?? []).map((record) => common(JSON.parse(Buffer.from(record).toString('utf8'))));
  let at = 0;
  let kept = 0;
  for (const line of linesOf(written).slice(before)) {
    if (line.isSidechain === true) continue;
    const found = source.indexOf(common(line), at);
    if (found < 0) {
      assert.match(
        JSON.stringify(line),
        /task_started|task_complete|No result was recorded|custom-title|thread_name_updated|"operation":"remove"/,
      );
      continue;
    }
    at = found + 1;
    kept += 1;
  }
  return kept;
}

/** How much of what was said and done is built anew. */
const builtIn = (rows: readonly Fidelity[]): number =>
  rows.reduce((sum, { component, kept, count }) => (kept !== 'exact' && /text|calls|thinking/.test(component) ? sum + count : sum), 0);
const thoughts = (parts: Part[]): number => parts.filter(({ kind }) => kind === 'thinking').length;

for (const exporter of exporters.filter(({ tool }) => importers.some((importer) => importer.tool === tool))) {
  const importer = importers.find(({ tool }) => tool === exporter.tool);
  assert.ok(importer);
  const [fixtures, samples] = [await fixtureSources(importer), await sampleSources(importer)];
  const wholes = await Promise.all([...fixtures, ...samples].map((source) => wholeOf(importer, source)));

  describe(`${exporter.title}, cut at a step, with the records of the source`, () => {
    test('at every step: the records up to there and no others, the thinking with them, and what is read back is what was promised', async () => {
      const seen = { cuts: 0, own: 0, records: 0, thoughts: 0, built: 0 };
      for (const [index, whole] of wholes.entries()) {
        if (whole.facts.agent) continue;
        const turns = whole.outlines.filter(({ agent, role }) => agent === undefined && role === 'assistant');
        const every = index < fixtures.length || isFull ? 1 : Math.ceil(turns.length / 2);
        for (const { id } of turns.filter((_, at) => at % every === 0)) {
          const cuts = [...cutThreads(whole, id, wholes)];
          const chosen = index < fixtures.length || isFull ? cuts : cuts.filter(({ step }) => step % Math.ceil(cuts.length / 2) === 0);
          for (const { step, thread } of chosen) {
            const name = `${whole.source.path} ${id}.${step}`;
            const target: Target = targetOf(exporter);
            const { fidelity: rows, expected, write } = exporter.plan(thread);
            const written = write(target);
            const back = await readBack(importer, target, written);
            assert.deepEqual(comparable(toldOf(back)), comparable(expected ?? []), name);
            const cut = thread.turns.at(-1)?.turn;
            assert.ok(cut);
            seen.cuts += 1;
            const before = linesOf(
              exporter.plan({ ...thread, turns: thread.turns.slice(0, -1), agents: new Map(), title: '' }).write(targetOf(exporter)),
            );
            if (builtIn(rows) > builtIn(exporter.plan({ ...thread, turns: thread.turns.slice(0, -1) }).fidelity)) {
              seen.built += 1;
              continue;
            }
            const told = toldOf(back).at(-1);
            const kept = keptOf(thread, written, before.length - (exporter.tool === 'claude-code' ? 1 : 0));
            assert.ok(kept > 0, name);
            seen.own += 1;
            seen.records += kept;
            seen.thoughts += thoughts(told?.steps.flatMap(({ parts }) => parts) ?? []);
            assert.ok(
              rows.some(({ kept: how }) => how === 'exact'),
              name,
            );
            if (told?.id === cut.id) assert.equal(back.outlines.find((turn) => turn.id === cut.id)?.marked, 'whole', name);
          }
        }
      }
      assert.ok(seen.own > 20 && seen.own + seen.built === seen.cuts, JSON.stringify(seen));
    });
  });
}
