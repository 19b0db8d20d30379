import { mkdirSync } from 'node:fs';
import type { Bench } from '../bench.ts';
import { convo } from '../convo.ts';
import { writeLong } from '../corpus/branches.ts';
import { type Figure, median } from '../figure.ts';
import { interleave } from '../measure.ts';

const rounds = 5;
const exchanges = 1000;

/** Telling what a conversation of 2,000 turns came to; the time that convo takes to start is not counted. */
export async function contextScenario({ work, say }: Bench): Promise<Figure[]> {
  const [home, store] = [work.fresh('home'), work.fresh('store')];
  mkdirSync(home, { recursive: true });
  const session = writeLong(home, exchanges);
  say('context: import');
  await convo(home, store, ['import']);
  const turns = await turnsOf(home, store, session);
  const timed = async (...argv: string[]) => (await convo(home, store, argv)).seconds;
  const measurements = {
    start: () => timed('version'),
    'context --budget 8000': () => timed('context', session, '--budget', '8000'),
    'context --budget 100000': () => timed('context', session, '--budget', '100000'),
  };
  await interleave(1, measurements);
  const values = await interleave(rounds, measurements);
  work.drop(store);
  const start = median(values.start);
  const figure = (name: Exclude<keyof typeof measurements, 'start'>): Figure => ({
    ...{
      scenario: 'context',
      on: `${turns} turns`,
      name: `convo ${name}, after start`,
      value: median(values[name]) - start,
      unit: 's',
      most: 1,
    },
  });
  return [figure('context --budget 8000'), figure('context --budget 100000')];
}

async function turnsOf(home: string, store: string, session: string): Promise<number> {
  const { stdout } = await convo(home, store, ['context', session, '--json']);
  const [thread] = (JSON.parse(stdout) as { data: { threads: { turns: number }[] } }).data.threads;
  if (!thread || thread.turns < exchanges * 2) throw new Error(`no long conversation to measure: ${thread?.turns} turns`);
  return thread.turns;
}
