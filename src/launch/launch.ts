#!/usr/bin/env node
import { writeSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { builtin } from '../builtin.ts';
import type { main } from '../main.ts';
import { version } from '../version.ts';
import { cacheFolder, readBytecode, type User, writeBytecode } from './bytecode.ts';
import { bundleRequire, type Kept } from './modules.ts';

/** Set by the build: the hash of all files of the bundle, and the one to start with. */
declare const bundle: { id: string; main: string };

const verbLike = /^[a-z]{1,16}$/;

/** They go through a whole conversation, in less than a second. */
const thorough = new Set('resume export context diff'.split(' '));
/**
 * V8 makes machine code of a function when six times as much of it has run as by itself: for what is over in half a second, making it took
 * more of both cores than it spared. That of node 20: later ones have no such flag, say so on stderr, and compile in more steps.
 */
const patient = { v8: /^11\./, flag: '--interrupt-budget=400000' };

/** The bytecode of a command is kept after its first run; V8 itself refuses that of another version or with other flags. */
function keptFor(verb: string, user: User): Kept {
  if (!verbLike.test(verb) || process.env.NODE_DISABLE_COMPILE_CACHE) return { read: () => undefined, compiled: () => undefined };
  const run = [bundle.id, process.version, process.arch, verb].join('-');
  const pathOf = (file: string) => join(cacheFolder(user), `${run}-${file}.bin`);
  const fresh = new Map<string, () => Uint8Array>();
  process.on('exit', (code) => {
    if (code === 0) for (const [file, bytecode] of fresh) writeBytecode(pathOf(file), bytecode, user);
  });
  return {
    read: (file) => readBytecode(pathOf(file), user),
    compiled: (file, bytecode) => fresh.set(file, bytecode),
  };
}

function printVersion(): void {
  const text = `convo ${version}\n`;
  try {
    writeSync(1, text); // process.stdout takes as long to be made as the rest of this program
  } catch {
    process.stdout.write(text);
  }
}

const argv = process.argv.slice(2);
if (argv.length === 1 && argv[0] === '--version') printVersion();
else {
  const { env, platform, pid } = process;
  const user: User = { env, platform, pid, home: homedir(), uid: process.geteuid?.() };
  const verb = argv.find((word) => !word.startsWith('-')) ?? 'none';
  // Before anything is loaded: bytecode is of the flags with which it was made.
  if (thorough.has(verb) && patient.v8.test(process.versions.v8)) builtin.v8.setFlagsFromString(patient.flag);
  const load = bundleRequire(join(__dirname, 'chunks'), require, keptFor(verb, user));
  void (load(bundle.main) as { main: typeof main }).main(argv);
}
