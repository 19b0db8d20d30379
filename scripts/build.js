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
 * What is loaded together stands together: node takes as long to open twenty small files as to run `convo log`. A layer is one scope,
 * with everything that its files need and no layer before it has: modules of their own would cost a fifth of the start. Of `others` each
 * dynamic import loads all.
 */
const layers = {
  always: [
    'main',
    'commands/run',
    'commands/list',
    'commands/log',
    'commands/show',
    'commands/switch',
    'commands/status',
    'commands/overview',
    'ops/backend',
  ],
  changing: [
    ...['branch', 'merge', 'cherry-pick', 'revert', 'amend', 'undo'].map((verb) => `commands/${verb}`),
    ...['writing', 'fork', 'branch-edit', 'merge', 'pick', 'correct', 'undo', 'operations'].map((name) => `ops/${name}`),
  ],
};
/** Libraries that few runs of a command call: each of their functions loads them when it is called. */
const lazy = ['js-yaml'];
const others = ['import', 'verify', 'reimport', 'config', 'completion', 'complete', 'version'].map((name) => `commands/${name}`);

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
const source = (name) => `src/${name}.ts`;

const { inputs } = (await build({ ...common, entryPoints: [source('main')], outdir: 'x', splitting: true, format: 'esm', metafile: true }))
  .metafile;
const importsOf = (file) => inputs[file].imports.filter(({ external, original }) => !external && !lazy.includes(original));

/** Returns files with all that they need at once. */
function closure(files) {
  const all = new Set(files);
  for (const file of all) for (const { path, kind } of importsOf(file)) if (kind !== 'dynamic-import') all.add(path);
  return all;
}

const layerOf = new Map();
for (const [name, entries] of Object.entries(layers))
  for (const file of closure(entries.map(source))) if (!layerOf.has(file)) layerOf.set(file, name);

/** Of each layer the files that others need, or that are loaded on demand: parts of it, by their numbers. */
const parts = Object.fromEntries(Object.keys(layers).map((name) => [name, []]));
for (const file of Object.keys(inputs).sort())
  for (const { path, kind } of importsOf(file)) {
    const layer = layerOf.get(path);
    if (layer && (kind === 'dynamic-import' || layerOf.get(file) !== layer) && !parts[layer].includes(path)) parts[layer].push(path);
  }

const alone = Object.values(parts).flat();
const { outputs: exported } = (await build({ ...common, bundle: false, entryPoints: alone, outdir: 'x', format: 'esm', metafile: true }))
  .metafile;
const exportsOf = new Map(Object.values(exported).map(({ entryPoint, exports }) => [entryPoint, exports]));

const fileName = (file) => `${file.replace(/^src\/|^.*node_modules\/|\.[a-z]+$/g, '').replace(/[^a-z0-9]+/g, '-')}.js`;

/** Leads imports from one file to another to where that stands (src/launch/modules.ts). */
const placing = {
  name: 'placing',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /.*/ }, ({ importer, kind, path: wanted }) => {
      if (lazy.includes(wanted) && importer) return { path: wanted, namespace: 'lazy' };
      const from = relative(root, importer).replaceAll('\\', '/');
      const to = inputs[from]?.imports.find(({ original, external }) => original === wanted && !external)?.path;
      if (to === undefined) return undefined;
      const layer = layerOf.get(to);
      const isOwn = layer === layerOf.get(from);
      if (layer && !(isOwn && kind !== 'dynamic-import')) return { path: `./${layer}.js/${parts[layer].indexOf(to)}`, external: true };
      if (kind !== 'dynamic-import') return undefined;
      const isOther = others.map(source).includes(to);
      if (!isOwn) return { path: isOther ? './others.js' : `./${fileName(to)}`, external: true };
      return isOther ? { path: 'others', namespace: 'group' } : undefined;
    });
    onLoad({ filter: /.*/, namespace: 'lazy' }, async ({ path }) => ({ contents: await lazyModule(path) }));
    onResolve({ filter: /^group:/ }, ({ path }) => ({ path: path.slice('group:'.length), namespace: 'group' }));
    onLoad({ filter: /.*/, namespace: 'group' }, ({ path: name }) => ({
      contents: name === 'others' ? others.map((file) => `export * from './${file}.ts';`).join('\n') : partsOf(name),
      resolveDir: `${root}src`,
    }));
  },
};

async function lazyModule(name) {
  const lines = Object.entries(await import(name)).map(([key, value]) => {
    const made = typeof value === 'function' ? `(...given) => require('./${name}.js').${key}(...given)` : JSON.stringify(value);
    return key === 'default' ? '' : `export const ${key} = ${made};`;
  });
  return lines.join('\n');
}

/** What a layer gives to others: functions that return the exports of its parts. */
function partsOf(name) {
  const lines = parts[name].map((file, part) => {
    const names = exportsOf.get(file).map((one) => `${one} as ${one}_${part}`);
    return `import { ${names.join(', ')} } from ${JSON.stringify(`${root}${file}`)};`;
  });
  const functions = parts[name].map((file, part) => `() => ({ ${exportsOf.get(file).map((one) => `${one}: ${one}_${part}`)} })`);
  if (name === 'always') lines.push(`export { main } from './main.ts';`);
  return `${lines.join('\n')}\nexport const parts = [${functions.join(', ')}];`;
}

/**
 * Only CommonJS can be loaded with its bytecode. What esbuild leaves beyond ASCII stands in regular expressions and comments; without
 * it the source takes half the memory, and is read faster.
 */
function inFunction(code) {
  const ascii = code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const url = code.includes('moduleUrl') ? 'const moduleUrl=()=>require("node:url").pathToFileURL(__filename).href;' : '';
  return `function(exports,require,module,__filename){${url}${ascii.replace(/\bmoduleUrl\b/g, 'moduleUrl()')}}`;
}
const expression = (name, code) => `({${JSON.stringify(name)}:${inFunction(code)}})\n`;
const asCommonJs = { format: 'cjs', supported: { 'dynamic-import': false }, define: { 'import.meta.url': 'moduleUrl' } };

const chunks = new Map();
const add = (path, text) => {
  const name = basename(path);
  chunks.set(name, name.endsWith('.LEGAL.txt') ? text : expression(name, text));
};
const placed = { ...common, external: lazy.map((one) => `./${one}.js`), outdir: 'x', plugins: [placing], legalComments: 'linked' };

for (const name of Object.keys(layers)) {
  const layer = await build({ ...placed, ...asCommonJs, entryPoints: { [name]: `group:${name}` } });
  for (const { path, text } of layer.outputFiles) add(path, text);
}

const onDemand = new Set(
  Object.keys(inputs).flatMap((file) =>
    importsOf(file)
      .filter(({ kind }) => kind === 'dynamic-import')
      .map(({ path }) => path),
  ),
);
const rest = [...onDemand].filter((file) => !layerOf.has(file) && !others.map(source).includes(file));
const entryPoints = {
  others: 'group:others',
  ...Object.fromEntries(lazy.map((name) => [name, name])),
  ...Object.fromEntries(rest.map((file) => [fileName(file).slice(0, -'.js'.length), file])),
};
const { outputFiles } = await build({ ...placed, entryPoints, chunkNames: '[name]-[hash]', splitting: true, format: 'esm' });
const { platform, minifySyntax, minifyWhitespace } = common;
// esbuild splits ES modules alone.
for (const { path, text } of outputFiles) {
  const isCode = path.endsWith('.js');
  add(path, isCode ? (await transform(text, { ...asCommonJs, platform, target, minifySyntax, minifyWhitespace })).code : text);
}

const hash = createHash('sha256');
for (const text of chunks.values()) hash.update(text).update('\0');
const bundle = { id: hash.digest('hex').slice(0, 16), main: './always.js' };
const launch = await build({ ...common, entryPoints: ['src/launch/launch.ts'], format: 'cjs', define: { bundle: JSON.stringify(bundle) } });

const thread = await build({ ...common, entryPoints: ['src/store/pack/thread.ts'], format: 'cjs' });

// Only a build that succeeded takes the place of the one before.
rmSync(folder, { recursive: true, force: true });
mkdirSync(join(folder, 'chunks'), { recursive: true });
for (const [name, text] of chunks) writeFileSync(join(folder, 'chunks', name), text);
writeFileSync(join(folder, 'chunks', 'thread.cjs'), thread.outputFiles[0].text);
writeFileSync(join(folder, 'convo.cjs'), launch.outputFiles[0].text, { mode: 0o755 });
