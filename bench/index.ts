// npm run bench: measures the built convo against the budgets of its promises. Everything that counts is a ratio within one run.
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Bench, Scenario, Subject } from './bench.ts';
import { importAll, useBundle } from './convo.ts';
import { corpus } from './corpus.ts';
import { type Figure, keeps, table } from './figure.ts';
import { type Options, readOptions, type ScenarioName, usage } from './options.ts';
import { changeScenario } from './scenarios/change.ts';
import { contextScenario } from './scenarios/context.ts';
import { diffScenario } from './scenarios/diff.ts';
import { importScenario } from './scenarios/import.ts';
import { memoryScenario } from './scenarios/memory.ts';
import { resumeScenario } from './scenarios/resume.ts';
import { spaceScenario } from './scenarios/space.ts';
import { startScenario } from './scenarios/start.ts';
import { syncScenario } from './scenarios/sync.ts';
import { unchangedScenario } from './scenarios/unchanged.ts';
import { workspace } from './workspace.ts';

const results = fileURLToPath(new URL('./last.json', import.meta.url));
const perSize: [ScenarioName, Scenario][] = [
  ['import', importScenario],
  ['start', startScenario],
  ['change', changeScenario],
  ['space', spaceScenario],
  ['sync', syncScenario],
];
const alone: [ScenarioName, (bench: Bench) => Promise<Figure[]>][] = [
  ['unchanged', unchangedScenario],
  ['memory', memoryScenario],
  ['diff', diffScenario],
  ['context', contextScenario],
  ['resume', resumeScenario],
];

async function measure(options: Options): Promise<Figure[]> {
  const say = (message: string) => void process.stderr.write(`${message}\n`);
  const bench: Bench = { options, work: workspace(), say };
  const wanted = ([name]: readonly [ScenarioName, unknown]) => options.only.length === 0 || options.only.includes(name);
  const figures: Figure[] = [];
  for (const size of perSize.some(wanted) ? options.sizes : []) {
    const subject = subjectOf(bench, size);
    say(`${subject.name}: ${Math.round(subject.corpus.bytes / 1e6)} MB in ${subject.corpus.files} files, ${subject.corpus.turns} turns`);
    for (const [, scenario] of perSize.filter(wanted)) figures.push(...(await scenario(bench, subject)));
    bench.work.drop(await subject.store());
  }
  for (const [, scenario] of alone.filter(wanted)) figures.push(...(await scenario(bench)));
  return figures;
}

/** 10,000 conversations have half the exchanges, so that they are not ten times what 2,000 are. */
function subjectOf({ options, work, say }: Bench, size: number): Subject {
  const home = corpus({ conversations: size, exchanges: size >= 10_000 ? 3.5 : 7, calls: 2, resultSize: 350 }, say);
  let store: Promise<string> | undefined;
  const imported = async () => {
    const path = work.fresh('store');
    await importAll(home, path);
    return path;
  };
  return {
    name: `${size.toLocaleString('en')} conversations`,
    corpus: home,
    rounds: options.rounds ?? (size >= 10_000 ? 1 : size >= 2000 ? 3 : 5),
    store: () => {
      store ??= imported();
      return store;
    },
  };
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(usage);
    return;
  }
  useBundle(options.bundle);
  const figures = await measure(options);
  const machine = { node: process.version, cpus: cpus().length, cpu: cpus()[0]?.model ?? '', memory: totalmem() };
  const document = `${JSON.stringify({ schema: 'convo.bench/1', machine, figures }, null, 2)}\n`;
  writeFileSync(results, document);
  process.stdout.write(options.json ? document : table(figures));
  const over = figures.filter((figure) => keeps(figure) === false);
  if (over.length > 0) process.stderr.write(`${over.length} of ${figures.length} figures over their budget\n`);
  if (options.check && over.length > 0) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
