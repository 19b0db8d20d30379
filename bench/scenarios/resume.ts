import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import { convo } from '../convo.ts';
import { writeLong } from '../corpus/branches.ts';
import { type Figure, median } from '../figure.ts';
import { interleave } from '../measure.ts';

const rounds = 5;
const size = 5_000_000;

/** Writing a conversation of 5 MB back into its tool and into another one, read back and checked; the time that convo takes to start is not counted. */
export async function resumeScenario({ work, say }: Bench): Promise<Figure[]> {
  const [trial, home, store] = [work.fresh('trial'), work.fresh('home'), work.fresh('store')];
  for (const folder of [trial, home]) mkdirSync(folder, { recursive: true });
  const few = 100;
  const session = writeLong(trial, few);
  writeLong(home, Math.ceil((few * size) / bytesOf(trial, session)));
  say('resume: import');
  await convo(home, store, ['import', '--close']);
  const timed = async (...argv: string[]) => (await convo(home, store, argv)).seconds;
  const measurements = {
    start: () => timed('version'),
    resume: () => timed('resume', session, '--cwd', home),
    'resume --in codex': () => timed('resume', session, '--cwd', home, '--in', 'codex'),
  };
  const on = `${(bytesOf(home, session) / 1e6).toFixed(1)} MB`;
  await interleave(1, measurements);
  const values = await interleave(rounds, measurements);
  work.drop(store);
  const start = median(values.start);
  const figure = (name: Exclude<keyof typeof measurements, 'start'>): Figure => ({
    ...{ scenario: 'resume', on, name: `convo ${name}, after start`, value: median(values[name]) - start, unit: 's', most: 0.5 },
  });
  return [figure('resume'), figure('resume --in codex')];
}

const bytesOf = (home: string, session: string) => statSync(join(home, '.claude/projects/-home-dev-work-long', `${session}.jsonl`)).size;
