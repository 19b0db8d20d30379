/**
 * Returns modules of node, loaded when they are first used. Imported as usual these cost every command a fifth of an empty
 * node process, and commands that only read need none of them, or one.
 */
export const builtin = {
  get crypto(): typeof import('node:crypto') {
    return process.getBuiltinModule('node:crypto');
  },
  get zlib(): typeof import('node:zlib') {
    return process.getBuiltinModule('node:zlib');
  },
  get timers(): typeof import('node:timers/promises') {
    return process.getBuiltinModule('node:timers/promises');
  },
  get workerThreads(): typeof import('node:worker_threads') {
    return process.getBuiltinModule('node:worker_threads');
  },
  get childProcess(): typeof import('node:child_process') {
    return process.getBuiltinModule('node:child_process');
  },
  get v8(): typeof import('node:v8') {
    return process.getBuiltinModule('node:v8');
  },
  get vm(): typeof import('node:vm') {
    return process.getBuiltinModule('node:vm');
  },
};
