import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';

/** A module of the bundle, in CommonJS. */
type Define = (exports: object, require: (name: string) => unknown, module: { exports: object }, path: string) => void;

/** What is shorter is compiled as fast as its bytecode is read. */
const worthKeeping = 16 * 1024;

/** Where compiled modules are kept from one run to the next. */
export interface Kept {
  /** Returns what an earlier run kept of a file. */
  read(file: string): Uint8Array | undefined;
  /** Told of every file that was compiled from its source, for what is worth keeping when the run ends. */
  compiled(file: string, bytecode: () => Uint8Array): unknown;
}

/** A file of several parts: functions that return what each of its source files exports. */
interface Layer {
  parts: (() => object)[];
}

/**
 * Returns the `require` of the bundle in a folder. Each of its files is one expression: an object with its module; `./file.js/3` is a part
 * of one.
 */
export function bundleRequire(folder: string, native: (name: string) => unknown, kept: Kept): (name: string) => unknown {
  const loaded = new Map<string, { exports: object }>();
  const requireModule = (name: string): unknown => {
    if (!name.startsWith('./')) return native(name);
    const before = loaded.get(name);
    if (before) return before.exports;
    const [file = '', part] = name.slice(2).split('/');
    const module = { exports: {} };
    loaded.set(name, module);
    if (part !== undefined) module.exports = (requireModule(`./${file}`) as Layer).parts[Number(part)]?.() ?? {};
    else evaluate(folder, file, kept)[file]?.(module.exports, requireModule, module, join(folder, file));
    return module.exports;
  };
  return requireModule;
}

function evaluate(folder: string, file: string, kept: Kept): Record<string, Define> {
  const path = join(folder, file);
  const source = readFileSync(path, 'latin1');
  const cachedData = source.length < worthKeeping ? undefined : kept.read(file);
  const script = new Script(source, { filename: path, ...(cachedData && { cachedData }) });
  if (source.length < worthKeeping) return script.runInThisContext() as Record<string, Define>;
  if (!cachedData || script.cachedDataRejected) kept.compiled(file, () => script.createCachedData());
  return script.runInThisContext() as Record<string, Define>;
}
