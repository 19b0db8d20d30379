import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Exported } from '../../src/exporters/exporter.ts';
import { exporters } from '../../src/exporters/registry.ts';
import { importers } from '../../src/importers/registry.ts';
import type { ConversationId, ToolId } from '../../src/model/ids.ts';
import { runs, turns } from '../support/arbitrary.ts';
import { comparable, readBack, targetOf, toldOf } from '../support/exporter.ts';

/** Any thread: turns of both roles in any order, whatever they hold, made in any tool. */
const threads: fc.Arbitrary<Exported> = fc
  .tuple(fc.uniqueArray(turns, { selector: ({ id }) => id, minLength: 1, maxLength: 6 }), fc.constantFrom('claude-code', 'codex'))
  .map(([all, tool]) => ({
    id: '7qk2m4xw9d' as ConversationId,
    name: '7qk2m4xw9d',
    tool: tool as ToolId,
    title: 'Any thread',
    project: '',
    turns: all.map((turn, index) => ({ turn: { ...turn, n: index + 1 } })),
    loose: [],
    agents: new Map(),
    documents: new Map(),
  }));

for (const exporter of exporters) {
  const importer = importers.find(({ tool }) => tool === exporter.tool);
  if (!importer) continue;
  test(`any thread is read back as it was promised, and written the same each time: ${exporter.tool}`, async () => {
    await fc.assert(
      fc.asyncProperty(threads, async (thread) => {
        const target = targetOf(exporter);
        const { fidelity, expected, write } = exporter.plan(thread);
        const written = write(target);
        const back = await readBack(importer, target, written);
        assert.deepEqual(comparable(toldOf(back)), comparable(expected ?? []));
        assert.deepEqual(exporter.plan(thread).write(targetOf(exporter)).files, written.files);
        assert.ok(fidelity.every(({ count, kept, why }) => count > 0 && (kept === 'exact') === (why === '')));
      }),
      { numRuns: Math.ceil(runs / 3) },
    );
  });
}
