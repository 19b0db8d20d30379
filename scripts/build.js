// Bundles src/cli.ts to dist/: convo.js and a chunk for every command, which is loaded only when it is typed.
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const { engines } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const node = /\d+\.\d+/.exec(engines.node)[0];

rmSync(`${root}dist`, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: { convo: 'src/cli.ts' },
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  minify: true,
  // Stack traces of bugs are read by people.
  keepNames: true,
  platform: 'node',
  format: 'esm',
  target: `node${node}`,
  legalComments: 'linked',
  logLevel: 'warning',
  // Dependencies in CommonJS call require(); an ES module has none of its own.
  banner: { js: "import { createRequire as convoRequire } from 'node:module'; const require = convoRequire(import.meta.url);" },
});
chmodSync(`${root}dist/convo.js`, 0o755);
