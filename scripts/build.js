// Bundles src/cli.ts to dist/: convo.js and a chunk for every command, which is loaded only when it is typed.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const { engines } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const node = /\d+\.\d+/.exec(engines.node)[0];

/**
 * What is loaded together stands together: node takes as long to open twenty small files as to run `convo log`. Every dynamic
 * import of a file of a group loads that group; the names that the files of a group export are unique.
 */
const groups = {
  reading: [
    'commands/run',
    'commands/list',
    'commands/log',
    'commands/show',
    'commands/switch',
    'commands/status',
    'commands/overview',
    'ops/backend',
  ],
  others: [
    'commands/import',
    'commands/verify',
    'commands/reimport',
    'commands/config',
    'commands/completion',
    'commands/complete',
    'commands/version',
  ],
};

const grouping = {
  name: 'grouping',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\.ts$/ }, ({ kind, path, resolveDir }) => {
      const file = relative(`${root}src`, resolve(resolveDir, path)).replaceAll('\\', '/').replace(/\.ts$/, '');
      const group = Object.keys(groups).find((name) => groups[name].includes(file));
      return kind === 'dynamic-import' && group ? { path: group, namespace: 'group' } : undefined;
    });
    onLoad({ filter: /.*/, namespace: 'group' }, ({ path }) => ({
      contents: groups[path].map((file) => `export * from './${file}.ts';`).join('\n'),
      resolveDir: `${root}src`,
    }));
  },
};

const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: { convo: 'src/cli.ts' },
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  plugins: [grouping],
  // Names stay: stack traces of bugs are read by people.
  minifySyntax: true,
  minifyWhitespace: true,
  platform: 'node',
  format: 'esm',
  target: `node${node}`,
  legalComments: 'linked',
  logLevel: 'warning',
  write: false,
});

/** Dependencies in CommonJS call require(); an ES module has none of its own. */
const banner = "import { createRequire as convoRequire } from 'node:module'; const require = convoRequire(import.meta.url);\n";
const withRequire = ({ text }) => (/\brequire\b/.test(text) ? text.replace(/^(#!.*\n)?/, (start) => start + banner) : text);

// Only a build that succeeded takes the place of the one before.
rmSync(`${root}dist`, { recursive: true, force: true });
mkdirSync(`${root}dist/chunks`, { recursive: true });
for (const output of outputFiles) {
  const { path } = output;
  writeFileSync(path, withRequire(output), { mode: path.endsWith('convo.js') ? 0o755 : 0o644 });
}
