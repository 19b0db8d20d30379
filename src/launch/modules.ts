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

/**
 * Returns the `require` of the bundle in a folder. Each of its files is one expression: an object of modules by their names, of
 * which `first` has those that every command needs; other modules stand alone in files of their names.
 */
export function bundleRequire(folder: string, first: string, native: (name: string) => unknown, kept: Kept): (name: string) => unknown {
  const defined = new Map<string, Define>();
  const loaded = new Map<string, { exports: object }>();
  const define = (file: string) => {
    for (const [name, module] of Object.entries(evaluate(folder, file, kept))) defined.set(name, module);
  };
  const requireModule = (name: string): unknown => {
    if (!name.startsWith('./')) return native(name);
    const own = name.slice(name.lastIndexOf('/') + 1);
    const before = loaded.get(own);
    if (before) return before.exports;
    if (!defined.has(own)) define(own);
    const module = { exports: {} };
    loaded.set(own, module);
    defined.get(own)?.(module.exports, requireModule, module, join(folder, own));
    return module.exports;
  };
  define(first);
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
