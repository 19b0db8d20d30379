// Preloaded (node --import): counts the files below $CONVO_BENCH_WATCH that the process opens, and writes the number and the
// first names to $CONVO_BENCH_OPENS when it ends.
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const fs = require('node:fs');
const { CONVO_BENCH_WATCH: folder, CONVO_BENCH_OPENS: report } = process.env;
const write = fs.writeFileSync;
const opened = [];

function watch(module, names) {
  for (const method of names) {
    const original = module[method];
    module[method] = function (path, ...rest) {
      const name = path instanceof URL ? fileURLToPath(path) : path;
      if (typeof name === 'string' && resolve(name).startsWith(`${folder}/`)) opened.push(name);
      return original.call(this, path, ...rest);
    };
  }
}

watch(fs, ['open', 'openSync', 'readFile', 'readFileSync', 'createReadStream', 'copyFile', 'copyFileSync']);
watch(fs.promises, ['open', 'readFile', 'copyFile']);
syncBuiltinESMExports();
process.on('exit', () => write(report, JSON.stringify({ count: opened.length, first: opened.slice(0, 5) })));
