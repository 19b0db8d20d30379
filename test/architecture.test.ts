import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../src/', import.meta.url));
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

/** folder → what it may import: folders of src, single files, packages. Its own folder is always allowed. */
const mayImport: Record<string, string[]> = {
  'cli.ts': ['main.ts'],
  'main.ts': ['output.ts', 'commands', 'ui', 'ops', 'errors.ts', 'host.ts'],
  launch: ['main.ts', 'builtin.ts', 'version.ts', 'node'],
  'host.ts': ['node'],
  'error-row.ts': ['model'],
  'branch-errors.ts': ['error-row.ts', 'model'],
  'remote-errors.ts': ['error-row.ts'],
  'sync-errors.ts': ['error-row.ts'],
  'resume-errors.ts': ['error-row.ts', 'model'],
  'errors.ts': ['error-row.ts', 'branch-errors.ts', 'remote-errors.ts', 'sync-errors.ts', 'resume-errors.ts', 'model'],
  'version.ts': [],
  commands: ['ops', 'ui', 'errors.ts', 'host.ts', 'version.ts', 'yargs', 'node:util', 'node:path'],
  ops: [
    'model',
    'store',
    'importers/registry.ts',
    'importers/importer.ts',
    'importers/convo-json',
    'importers/kit',
    'exporters/registry.ts',
    'exporters/exporter.ts',
    'builtin.ts',
    'host.ts',
    'errors.ts',
    'node:path',
    'node:crypto',
  ],
  'output.ts': ['errors.ts', 'ui', 'node:fs'],
  'builtin.ts': ['node:crypto', 'node:zlib', 'node:child_process', 'node:worker_threads', 'node:v8', 'node:vm', 'node:timers/promises'],
  model: ['errors.ts', 'builtin.ts', 'js-yaml', 'diff', 'gpt-tokenizer', 'node:crypto'],
  store: ['model', 'builtin.ts', 'host.ts', 'errors.ts', 'isomorphic-git', 'node'],
  importers: ['model', 'host.ts', 'errors.ts', 'node:path', 'node:crypto', 'node:zlib', 'fzstd'],
  exporters: ['importers', 'model', 'host.ts', 'errors.ts', 'node:path', 'node:crypto'],
  ui: ['ops', 'model', 'builtin.ts', 'errors.ts', 'host.ts', 'chalk', 'diff', 'node:stream'],
};

// A type of a node module is no dependency.
const specifiers = /(?:^|\n)(?!import type [^;]*from 'node:)\s*(?:import|export)\b[^;'"]*?from\s+'([^']+)'|\bimport\('([^']+)'\)/g;
const imports = (source: string) => [...source.matchAll(specifiers)].map((match) => match[1] ?? match[2] ?? '');
const folderOf = (name: string) => (name.includes(sep) ? name.slice(0, name.indexOf(sep)) : name);

function target(from: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  return relative(root, join(root, dirname(from), specifier));
}

const allowed = (rule: string, to: string) => to === rule || to.startsWith(`${rule}/`) || to.startsWith(`${rule}:`);

test('every import follows the arrows of ARCHITECTURE.md', () => {
  const wrong = [];
  for (const name of files) {
    const folder = folderOf(name);
    const rules = mayImport[folder];
    assert.ok(rules, `${name}: src has no folder or file "${folder}"`);
    for (const specifier of imports(readFileSync(join(root, name), 'utf8'))) {
      const to = target(name, specifier);
      if (folder !== name && allowed(folder, to)) continue;
      if (!rules.some((rule) => allowed(rule, to))) wrong.push(`${name} imports ${specifier}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('importers do not know each other', () => {
  const wrong = files
    .filter((name) => /^importers\/[^/]+\//.test(name) && !name.startsWith('importers/kit/'))
    .flatMap((name) =>
      imports(readFileSync(join(root, name), 'utf8'))
        .map((specifier) => target(name, specifier))
        .filter(
          (to) =>
            to.startsWith('importers/') &&
            !to.startsWith('importers/kit/') &&
            to !== 'importers/importer.ts' &&
            to.split('/')[1] !== name.split('/')[1],
        )
        .map((to) => `${name} imports ${to}`),
    );
  assert.deepEqual(wrong, []);
});

test('an exporter knows the importer of its own tool alone', () => {
  const wrong = files
    .filter((name) => name.startsWith('exporters/'))
    .flatMap((name) =>
      imports(readFileSync(join(root, name), 'utf8'))
        .map((specifier) => target(name, specifier))
        .filter((to) => /^(?:ex|im)porters\//.test(to) && !mayExporterImport(name, to))
        .map((to) => `${name} imports ${to}`),
    );
  assert.deepEqual(wrong, []);
});

const mayExporterImport = (name: string, to: string): boolean =>
  to === 'exporters/exporter.ts' ||
  /^(?:ex|im)porters\/kit\//.test(to) ||
  name === 'exporters/registry.ts' ||
  to.split('/')[1] === name.split('/')[1];

test('no file is longer than 300 lines', () => {
  const long = files.filter((name) => readFileSync(join(root, name), 'utf8').split('\n').length > 301);
  assert.deepEqual(long, []);
});

test('ambient state is reached only where a process begins, and through host.ts', () => {
  const rim = ['cli.ts', 'main.ts', 'output.ts', join('launch', 'launch.ts'), 'host.ts'];
  const ambient =
    /\bprocess\.(env|argv|cwd|exit|exitCode|platform|pid|hrtime|memoryUsage)\b|\bDate\.now\(|new Date\(\)|console\.|Math\.random\(/;
  const wrong = files.filter((name) => !rim.includes(name) && ambient.test(readFileSync(join(root, name), 'utf8')));
  assert.deepEqual(wrong, []);
});
