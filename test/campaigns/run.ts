// The campaigns: tests whose size CONVO_CAMPAIGN=full raises to that of a nightly run. node --import tsx test/campaigns/run.ts [file ...]
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const named = process.argv.slice(2);

/** Tests that have a full size, by themselves or by what they import. */
function sized(): string[] {
  const names = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.startsWith('campaigns'),
  );
  const texts = new Map(names.map((name) => [join('test', name), readFileSync(join(root, 'test', name), 'utf8')]));
  const sizes = [...texts.keys()].filter((name) => texts.get(name)?.includes('env.CONVO_CAMPAIGN'));
  const hasSize = (name: string, text: string) => sizes.includes(name) || sizes.some((other) => text.includes(`/${basename(other)}'`));
  return [...texts].flatMap(([name, text]) => (name.endsWith('.test.ts') && hasSize(name, text) ? [name] : [])).sort();
}

const files = named.length > 0 ? named : sized();
let failed = 0;
for (const file of files) {
  console.log(`\n${file}`);
  const started = Date.now();
  const run = spawnSync(process.execPath, ['scripts/test.js', file], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, CONVO_CAMPAIGN: 'full' },
  });
  console.log(`${Math.round((Date.now() - started) / 1000)} s`);
  if (run.status !== 0) failed += 1;
}
process.exitCode = failed === 0 ? 0 : 1;
