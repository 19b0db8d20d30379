// The campaigns: tests whose size CONVO_CAMPAIGN=full raises to that of a nightly run. node --import tsx test/campaigns/run.ts [file ...]
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const named = process.argv.slice(2);
const imports = readdirSync(join(root, 'test/import')).filter((name) => name.endsWith('.test.ts'));
const files = [
  ...imports.map((name) => join('test/import', name)),
  'test/importers/contract.test.ts',
  'test/model/sync/convergence.test.ts',
  'test/ops/killed.test.ts',
  'test/ops/merge-dag.test.ts',
  'test/ops/on-samples.test.ts',
  'test/ops/sync-killed.test.ts',
  'test/ops/sync-machines.test.ts',
  'test/ops/taken-back.test.ts',
  'test/store/crash.test.ts',
  'test/store/race.test.ts',
];

let failed = 0;
for (const file of named.length > 0 ? named : files) {
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
