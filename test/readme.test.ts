import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { layOutHome } from '../scripts/demo-home.ts';
import { exitCodes } from '../src/errors.ts';
import { storeBackend } from '../src/ops/backend.ts';
import { now, runConvo, withHome } from './support/run.ts';

const path = fileURLToPath(new URL('../README.md', import.meta.url));
const blocks = /^```console\n(.*?)^```$/gms;

/** Splits a command line as a shell does, as far as the README needs it. */
const words = (line: string) => [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');

/** What a reader sees who types the command lines of a block. */
async function typed(block: string, home: string): Promise<string> {
  let seen = '';
  for (const line of block.split('\n').filter((one) => one.startsWith('$ convo '))) {
    const ran = await runConvo(words(line.slice('$ convo '.length)), { home, backend: storeBackend(), columns: 80 });
    assert.equal(ran.exit, exitCodes.ok, `${line}\n${ran.err}`);
    seen += `${seen === '' ? '' : '\n'}${line}\n${ran.out.replaceAll(/in \d+(\.\d+)?s/g, 'in 0.1s')}`;
  }
  return seen;
}

test('the README shows what its commands print', async () => {
  await withHome(async (home) => {
    layOutHome(home, new Date(now - 24 * 60 * 60 * 1000));
    const readme = readFileSync(path, 'utf8');
    let seen = '';
    let end = 0;
    for (const match of readme.matchAll(blocks)) {
      seen += `${readme.slice(end, match.index)}\`\`\`console\n${await typed(match[1] ?? '', home)}\`\`\``;
      end = match.index + match[0].length;
    }
    seen += readme.slice(end);
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, seen);
    else assert.equal(seen, readme);
  });
});

test('the README lists every exit code', () => {
  const readme = readFileSync(path, 'utf8');
  for (const code of Object.values(exitCodes)) assert.match(readme, new RegExp(`^\\| ${code} \\| `, 'm'));
});
