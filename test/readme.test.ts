import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { layOutHome } from '../scripts/demo-home.ts';
import { exitCodes } from '../src/errors.ts';
import { storeBackend } from '../src/ops/backend.ts';
import { Rollout, uuid } from './support/codex.ts';
import { now, runConvo, withHome } from './support/run.ts';

const path = fileURLToPath(new URL('../README.md', import.meta.url));
const blocks = /^```console\n(.*?)^```$/gms;

/** Splits a command line as a shell does, as far as the README needs it. */
const words = (line: string) => [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');

/** A prompt, before it the machine where it is not the first one, and behind it what is typed. */
const prompt = /^(\w*)\$ (?:cd \S+ && )?(convo|git|codex) (.*)$/;
/** A folder that all machines see. */
const shared = '/media/nas';

/** What a reader sees who types the command lines of a block. */
async function typed(block: string, home: string): Promise<string> {
  let seen = '';
  for (const line of block.split('\n')) {
    const [, machine = '', program, rest = ''] = prompt.exec(line) ?? [];
    if (program === undefined) continue;
    const argv = words(rest.replaceAll(shared, join(home, 'nas')).replaceAll('~/', `${home}/`));
    const out = program === 'git' ? git(argv) : program === 'codex' ? goOnInCodex(home) : await convo(argv, home, machine);
    const told = out
      .replaceAll(mark, '$1c0ffee')
      .replaceAll(/in \d+(\.\d+)?s/g, 'in 0.1s')
      .replaceAll(join(home, 'nas'), shared)
      .replaceAll('~/nas', shared);
    seen += `${seen === '' ? '' : '\n'}${line}\n${told}`;
  }
  return seen;
}

/** Ids of conversations that convo writes end in random digits. */
const mark = /\b([0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{6})[0-9a-f]{6}\b/g;

/** What Codex adds to the conversation that convo wrote when somebody asks one thing more; on the screen it is gone when Codex ends. */
function goOnInCodex(home: string): string {
  const folder = join(home, '.codex', 'sessions');
  const marked = (name: string) => new RegExp(mark.source).test(name) && name.endsWith('.jsonl');
  const name = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find(marked) ?? '';
  const more = new Rollout({ mode: 'legacy', from: -18 * 86_400 }).begin(uuid(900)).prompt('Do the same for tide heights.');
  more.shell('call_900', 'cat src/heights.ts', 'export const heights = 1;');
  more.says('Heights follow the zone of their station now, with a test in `test/heights.test.ts`.').tokens(95, 21_000).end();
  appendFileSync(join(folder, name), more.text);
  return '';
}

function git(argv: readonly string[]): string {
  const run = spawnSync('git', argv, { env: { PATH: process.env.PATH, GIT_CONFIG_NOSYSTEM: '1' } });
  assert.equal(run.status, 0, run.stderr.toString());
  return run.stdout.toString();
}

/** Another machine has a home folder of its own, in which no tool has written anything; remotes are reached by git. */
async function convo(argv: readonly string[], home: string, machine: string): Promise<string> {
  const isFar = machine !== '' || ['remote', 'sync'].includes(argv[0] ?? '');
  const env = isFar ? { env: { PATH: process.env.PATH ?? '', CONVO_HOME: join(home, machine, 'store') } } : {};
  const ran = await runConvo(argv, { home: join(home, machine), backend: storeBackend(), columns: 80, ...env });
  assert.equal(ran.exit, exitCodes.ok, `${argv.join(' ')}\n${ran.err}`);
  return ran.out;
}

test('the README shows what its commands print', async () => {
  await withHome(async (home) => {
    layOutHome(home, new Date(now - 24 * 60 * 60 * 1000));
    mkdirSync(join(home, 'tidetable'));
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
