import { platform } from 'node:process';
import type { Bench } from '../bench.ts';
import { importAll } from '../convo.ts';
import { corpus } from '../corpus.ts';
import type { Figure } from '../figure.ts';

const megabyte = 1e6;

/** As in real long sessions: about 100 KB a turn. */
const shape = { conversations: 1, exchanges: 0, calls: 20, resultSize: 3000 };

/** Peak memory while one long source is imported. */
export async function memoryScenario({ options, work, say }: Bench): Promise<Figure[]> {
  if (platform !== 'linux') {
    say('memory: not measured, there is no /proc here');
    return [];
  }
  const long = corpus({ ...shape, bytes: options.reduced ? 64e6 : 1e9 }, say);
  const store = work.fresh('store');
  say(`memory: importing ${Math.round(long.bytes / megabyte)} MB`);
  const { memory, seconds } = await importAll(long, store, { memory: true });
  work.drop(store);
  if (!memory) throw new Error('the memory was not watched');
  const figure = { scenario: 'memory', on: `a source of ${Math.round(long.bytes / megabyte)} MB` } as const;
  return [
    { ...figure, name: 'peak of convo', value: memory.own / megabyte, unit: 'MB', most: 400 },
    { ...figure, name: 'peak with its git processes', value: memory.all / megabyte, unit: 'MB' },
    { ...figure, name: 'source bytes', value: long.bytes / megabyte / seconds, unit: 'MB/s' },
  ];
}
