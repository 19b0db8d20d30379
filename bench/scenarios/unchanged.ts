import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Bench } from '../bench.ts';
import { convo, emptyNode, importAll } from '../convo.ts';
import { corpus } from '../corpus.ts';
import { type Figure, median } from '../figure.ts';
import { interleave, ratios } from '../measure.ts';

const rounds = 7;
const counter = fileURLToPath(new URL('../count-opens.mjs', import.meta.url));

/** An import when nothing is new in 5,000 files: its time, and how many of the files it opens. */
export async function unchangedScenario({ options, work, say }: Bench): Promise<Figure[]> {
  const home = corpus({ conversations: options.reduced ? 480 : 4800, exchanges: 1, calls: 1, resultSize: 100 }, say);
  const store = work.fresh('store');
  say('unchanged: first import');
  await importAll(home, store);
  const values = await interleave(rounds, {
    node: async () => (await emptyNode(home.home)).seconds,
    import: async () => (await convo(home.home, store, ['import'])).seconds,
  });
  const figure = { scenario: 'unchanged', on: `${home.files.toLocaleString('en')} files` } as const;
  const opened = await opens(home.home, home.conversations, store, work.fresh('opens'));
  work.drop(store);
  return [
    { ...figure, name: 'import', value: median(values.import), unit: 's', most: 1 },
    { ...figure, name: 'import, of an empty node', value: median(ratios(values.import, values.node)), unit: 'x' },
    { ...figure, name: 'opened', value: opened, unit: 'files', most: 0 },
  ];
}

/** Returns how many files of the home were opened; the control shows that the count can count. */
async function opens(home: string, sources: number, store: string, report: string): Promise<number> {
  const count = async (...args: string[]) => {
    await convo(home, store, args, { node: ['--import', counter], env: { CONVO_BENCH_WATCH: home, CONVO_BENCH_OPENS: report } });
    return (JSON.parse(readFileSync(report, 'utf8')) as { count: number }).count;
  };
  const opened = await count('import');
  const control = await count('import', '--again', '--dry-run');
  if (control < sources) throw new Error(`the count of opened files cannot count: ${control} of ${sources} where all are read`);
  return opened;
}
