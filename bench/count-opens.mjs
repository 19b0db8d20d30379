// Preloaded (node --import): counts the files below $CONVO_BENCH_WATCH that the process opens, and writes the number and the
// first names to $CONVO_BENCH_OPENS when it ends.
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { resolve } from 'node:path';

const require = createRequire(import.meta.url);
const fs = require('node:fs');
const { CONVO_BENCH_WATCH: folder, CONVO_BENCH_OPENS: report } = process.env;
const write = fs.writeFileSync;
const opened = [];

function watch(module, names) {
  for (const name of names) {
    const original = module[name];
    module[name] = function (path, ...rest) {
      if ((typeof path === 'string' || path instanceof URL) && resolve(String(path)).startsWith(`${folder}/`)) opened.push(String(path));
      return original.call(this, path, ...rest);
    };
  }
}

watch(fs, ['open', 'openSync', 'readFile', 'readFileSync', 'createReadStream', 'copyFile', 'copyFileSync']);
watch(fs.promises, ['open', 'readFile', 'copyFile']);
syncBuiltinESMExports();
process.on('exit', () => write(report, JSON.stringify({ count: opened.length, first: opened.slice(0, 5) })));
