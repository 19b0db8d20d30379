import type { Bench, Scenario, Subject } from '../bench.ts';
import { dumpBlobs, listFiles } from '../blobs.ts';
import { importAll, repository, script } from '../convo.ts';
import { type Figure, median } from '../figure.ts';
import { cpus, interleave, ratios, run } from '../measure.ts';

const megabyte = 1e6;

interface Inputs {
  blobs: string;
  sources: string;
}

/**
 * Bulk import with system git into a new store, against the floor: read, sha1 and deflate level 1, on one thread, of the bytes
 * of every blob that the import writes (raw chunks and pages), which is what is judged, and of the sources.
 */
export const importScenario: Scenario = async (bench, subject) => {
  const inputs = { blobs: bench.work.fresh('blobs'), sources: bench.work.fresh('sources') };
  await dumpBlobs(repository(await subject.store()), inputs.blobs);
  listFiles(subject.corpus.home, inputs.sources);
  const figures = [];
  for (const [count, most] of [
    [2, 4],
    [1, 6],
  ] as const) {
    const on = cpus(count);
    if (on) figures.push(...(await measured(bench, subject, inputs, on, most)));
    else bench.say(`import on ${count} cores: not measured, processes cannot be pinned here`);
  }
  bench.work.drop(inputs.blobs);
  return figures;
};

async function measured(bench: Bench, subject: Subject, inputs: Inputs, on: number[], most: number): Promise<Figure[]> {
  const { corpus, name, rounds } = subject;
  const cores = on.length === 1 ? 'one core' : `${on.length} cores`;
  bench.say(`import on ${cores}: ${rounds} rounds`);
  const bytes = { blobs: 0, files: 0 };
  const floor = async (kind: 'blobs' | 'files', path: string) => {
    const { stdout } = await run(process.execPath, [...script('floor.ts'), kind, path], { env: {}, cwd: process.cwd(), cpus: on });
    const told = JSON.parse(stdout) as { seconds: number; bytes: number };
    bytes[kind] = told.bytes;
    return told.seconds;
  };
  const values = await interleave(rounds, {
    floor: () => floor('blobs', inputs.blobs),
    import: async () => {
      const store = bench.work.fresh('store');
      const { seconds } = await importAll(corpus, store, { cpus: on });
      bench.work.drop(store);
      return seconds;
    },
    sourceFloor: () => floor('files', inputs.sources),
  });
  const figure = (what: string, value: number, unit: Figure['unit'], budget = {}): Figure => ({
    ...{ scenario: 'import', on: name, name: `${what}, ${cores}`, value, unit },
    ...budget,
  });
  const seconds = median(values.import);
  return [
    figure('of the floor of its blobs', median(ratios(values.import, values.floor)), 'x', { most }),
    figure('of the floor of its sources', median(ratios(values.import, values.sourceFloor)), 'x'),
    figure('source bytes', corpus.bytes / megabyte / seconds, 'MB/s', on.length > 1 ? { least: 25 } : {}),
    figure('blob bytes', bytes.blobs / megabyte / seconds, 'MB/s'),
    figure('floor, blob bytes', bytes.blobs / megabyte / median(values.floor), 'MB/s'),
    figure('time', seconds, 's'),
  ];
}
