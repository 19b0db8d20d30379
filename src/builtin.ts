/**
 * Returns modules of node, loaded when they are first used. Imported as usual these cost every command a fifth of an empty
 * node process, and commands that only read need none of them, or one.
 */
export const builtin = {
  get crypto(): typeof import('node:crypto') {
    return kept('crypto', process.getBuiltinModule('node:crypto'));
  },
  get zlib(): typeof import('node:zlib') {
    return kept('zlib', process.getBuiltinModule('node:zlib'));
  },
  get timers(): typeof import('node:timers/promises') {
    return kept('timers', process.getBuiltinModule('node:timers/promises'));
  },
  get workerThreads(): typeof import('node:worker_threads') {
    return kept('workerThreads', process.getBuiltinModule('node:worker_threads'));
  },
  get childProcess(): typeof import('node:child_process') {
    return kept('childProcess', process.getBuiltinModule('node:child_process'));
  },
  get v8(): typeof import('node:v8') {
    return kept('v8', process.getBuiltinModule('node:v8'));
  },
  get vm(): typeof import('node:vm') {
    return kept('vm', process.getBuiltinModule('node:vm'));
  },
};

/** Looking a module up takes longer than a hash, of which there are tens of thousands: from the second time on it is a plain value. */
function kept<Module>(name: keyof typeof builtin, module: Module): Module {
  Object.defineProperty(builtin, name, { value: module });
  return module;
}
