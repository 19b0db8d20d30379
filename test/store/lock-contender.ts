// One contender: waits for the start file, takes the lock, proves that it is alone, holds it a little, and lets it go.
import { closeSync, existsSync, openSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { acquireLock } from '../../src/store/lock.ts';
import { testHost } from './sandbox.ts';

const [folder = '', rounds = '0'] = process.argv.slice(2);
const host = testHost();
process.stdout.write('ready\n');

for (let round = 0; round < Number(rounds); round += 1) {
  while (!existsSync(join(folder, `start-${round}`))) await setTimeout(1);
  const lock = await acquireLock(host, join(folder, `lock-${round}`), 30_000);
  const alone = join(folder, `alone-${round}`);
  try {
    closeSync(openSync(alone, 'wx'));
  } catch {
    process.stdout.write(`double ${round}\n`);
    continue;
  }
  await setTimeout(2);
  if (!(await lock.held())) process.stdout.write(`lost ${round}\n`);
  unlinkSync(alone);
  await lock.release();
  process.stdout.write(`done ${round}\n`);
}
