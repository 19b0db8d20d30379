// Bundles src to dist/: convo.cjs, which is small, and chunks/ of what it loads: one file that every command needs, others on demand.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = resolve(process.argv[2] ?? `${root}dist`);
const { engines } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const target = `node${/\d+\.\d+/.exec(engines.node)[0]}`;

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
  changing: ['ops/writing', 'ops/fork', 'ops/branch-edit', 'ops/merge', 'ops/pick', 'ops/correct', 'ops/undo', 'ops/operations'],
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

const common = {
  absWorkingDir: root,
  bundle: true,
  // Names stay: stack traces of bugs are read by people.
  minifySyntax: true,
  minifyWhitespace: true,
  platform: 'node',
  target,
  logLevel: 'warning',
  write: false,
};

const { outputFiles, metafile } = await build({
  ...common,
  entryPoints: { main: 'src/main.ts' },
  outdir: 'dist',
  chunkNames: '[name]-[hash]',
  splitting: true,
  format: 'esm',
  plugins: [grouping],
  legalComments: 'linked',
  metafile: true,
});

const outputs = Object.entries(metafile.outputs).map(([path, output]) => ({ ...output, name: basename(path) }));
const modules = new Map();
for (const { path, text } of outputFiles) if (path.endsWith('.js')) modules.set(basename(path), await commonJs(text));

/**
 * Only ES modules are split by esbuild, and only CommonJS can be loaded with its bytecode (src/launch/modules.ts). What esbuild leaves
 * beyond ASCII stands in regular expressions and comments; without it the source takes half the memory, and is read faster.
 */
async function commonJs(text) {
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target,
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': 'moduleUrl' },
    minifySyntax: true,
    minifyWhitespace: true,
  });
  const ascii = code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const url = code.includes('moduleUrl') ? 'const moduleUrl=require("node:url").pathToFileURL(__filename).href;' : '';
  return `function(exports,require,module,__filename){${url}${ascii}}`;
}

/** Returns the modules that are loaded whenever one of these is. */
function loadedWith(names) {
  const all = new Set(names);
  for (const name of all) {
    const { imports } = outputs.find((output) => output.name === name);
    for (const { path, kind, external } of imports) if (kind === 'import-statement' && !external) all.add(basename(path));
  }
  return all;
}

const fileOf = (group) => outputs.find(({ entryPoint }) => entryPoint === `group:${group}`).name;
const always = loadedWith(['main.js', fileOf('reading')]);
// Some of it stands alone too, for commands that need little of it.
const changing = [...loadedWith([fileOf('changing')])].filter((name) => !always.has(name));
const expression = (names) => `({${[...names].map((name) => `${JSON.stringify(name)}:${modules.get(name)}`).join(',\n')}})\n`;
const chunks = new Map([['always.js', expression(always)]]);
for (const name of modules.keys()) if (!always.has(name)) chunks.set(name, expression(name === changing[0] ? changing : [name]));
for (const { path, text } of outputFiles) if (path.endsWith('.LEGAL.txt')) chunks.set(basename(path), text);

const hash = createHash('sha256');
for (const text of chunks.values()) hash.update(text).update('\0');
const bundle = { id: hash.digest('hex').slice(0, 16), first: 'always.js', main: './main.js' };
const launch = await build({ ...common, entryPoints: ['src/launch/launch.ts'], format: 'cjs', define: { bundle: JSON.stringify(bundle) } });

const thread = await build({ ...common, entryPoints: ['src/store/pack/thread.ts'], format: 'cjs' });

// Only a build that succeeded takes the place of the one before.
rmSync(folder, { recursive: true, force: true });
mkdirSync(join(folder, 'chunks'), { recursive: true });
for (const [name, text] of chunks) writeFileSync(join(folder, 'chunks', name), text);
writeFileSync(join(folder, 'chunks', 'thread.cjs'), thread.outputFiles[0].text);
writeFileSync(join(folder, 'convo.cjs'), launch.outputFiles[0].text, { mode: 0o755 });
