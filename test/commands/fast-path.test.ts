import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../src/', import.meta.url));
const imports = /(?:^|\n)\s*(?:import|export)\b(?! type)[^;'"]*?from\s+'([^']+)'/g;

/** Everything that is loaded with a file: what it imports for more than types, and so on. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  if (!file.endsWith('.ts')) return seen;
  for (const [, specifier = ''] of readFileSync(join(root, file), 'utf8').matchAll(imports)) {
    loadedWith(specifier.startsWith('.') ? join(dirname(file), specifier) : specifier, seen);
  }
  return seen;
}

test('what reads conversations loads neither yargs, chalk, diff, isomorphic-git nor importers', () => {
  for (const file of [
    'main',
    'commands/run',
    'commands/list',
    'commands/log',
    'commands/show',
    'commands/status',
    'commands/overview',
    'ops/backend',
  ]) {
    const loaded = [...loadedWith(`${file}.ts`)];
    const heavy = loaded.filter((name) => /^(?:yargs|chalk|diff|isomorphic-git)$|^importers|^store\/isomorphic/.test(name));
    assert.deepEqual(heavy, [], file);
  }
});

test('--version loads next to nothing', () => {
  const loaded = loadedWith('launch/launch.ts');
  assert.ok(loaded.size < 12, [...loaded].join(' '));
});
