import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { exporters } from '../../src/exporters/registry.ts';
import type { Importer } from '../../src/importers/importer.ts';
import { importers } from '../../src/importers/registry.ts';
import { comparable, exportedOf, readBack, targetOf, toldOf, type Whole, wholeOf } from '../support/exporter.ts';
import { fixtureSources, sampleSources } from '../support/sources.ts';

interface Read {
  importer: Importer;
  fixtures: Whole[];
  samples: Whole[];
}

const reads = await Promise.all(
  importers.map(async (importer): Promise<Read> => {
    const fixtures = await Promise.all((await fixtureSources(importer)).map((source) => wholeOf(importer, source)));
    return { importer, fixtures, samples: await Promise.all((await sampleSources(importer)).map((source) => wholeOf(importer, source))) };
  }),
);

/** Threads that end at every turn of a fixture, at some of a sample. */
function* threads({ fixtures, samples }: Read, built: boolean) {
  const all = [...fixtures, ...samples];
  for (const whole of all.filter(({ facts }) => facts.agent === undefined)) {
    const turns = whole.outlines.filter(({ agent }) => agent === undefined);
    const step = fixtures.includes(whole) || process.env.CONVO_CAMPAIGN === 'full' ? 1 : Math.ceil(turns.length / 2);
    const ends = turns.filter((_, index) => (turns.length - 1 - index) % step === 0);
    for (const { id } of ends) yield { name: `${whole.source.path} to ${id}`, thread: exportedOf(whole, id, all, built) };
  }
}

for (const exporter of exporters.filter(({ tool }) => importers.some((importer) => importer.tool === tool))) {
  describe(`exporter ${exporter.tool}`, () => {
    const importer = importers.find(({ tool }) => tool === exporter.tool);
    assert.ok(importer);
    for (const read of reads) {
      for (const built of read.importer === importer ? [false, true] : [true]) {
        test(`what is read back is what was promised: ${read.importer.tool}, ${built ? 'built' : 'with its records'}`, async () => {
          for (const { name, thread } of threads(read, built)) {
            const target = targetOf(exporter);
            const { expected, write } = exporter.plan(thread);
            const back = await readBack(importer, target, write(target));
            assert.deepEqual(comparable(toldOf(back)), comparable(expected ?? []), name);
          }
        });
      }
    }
  });
}
