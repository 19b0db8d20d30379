import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exporters } from '../../src/exporters/registry.ts';
import { importers } from '../../src/importers/registry.ts';
import { exportedOf, targetOf, wholeOf } from '../support/exporter.ts';
import { golden } from '../support/golden.ts';
import { caseHome, hostAt } from '../support/sources.ts';

// Two mistakes of a writer and a reader can cancel each other: the bytes are looked at as well.
const cases = [
  { from: 'claude-code', name: 'asides' },
  { from: 'codex', name: 'everyday' },
];

for (const { from, name } of cases) {
  const importer = importers.find(({ tool }) => tool === from);
  assert.ok(importer);
  for (const exporter of exporters) {
    test(`${from}/${name} as ${exporter.tool} has the bytes that were looked at`, async () => {
      const wholes = [];
      for await (const source of importer.discover(hostAt(caseHome(from, name)))) wholes.push(await wholeOf(importer, source));
      const [whole] = wholes.filter(({ facts }) => !facts.agent);
      const leaf = whole?.outlines.filter(({ agent }) => !agent).at(-1)?.id;
      assert.ok(whole && leaf);
      const thread = exportedOf(whole, leaf, wholes, exporter.tool !== from);
      const { fidelity, write } = exporter.plan(thread);
      const { files } = write(targetOf(exporter));
      const rows = fidelity.map(({ component, kept, count, why }) => `${component}: ${count} ${kept}${why === '' ? '' : `, ${why}`}`);
      const shown = files.map(({ path, bytes }) => `== ${path}\n${Buffer.from(bytes).toString('utf8')}`);
      golden(`exporters/${from}-as-${exporter.tool}.txt`, `${rows.join('\n')}\n${shown.join('')}`);
    });
  }
}
