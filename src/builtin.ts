/**
 * Returns node:crypto or node:zlib, loaded when it is first used. Imported as usual the two cost every command a tenth of an
 * empty node process, and commands that only read need neither.
 */
export const builtin = {
  get crypto(): typeof import('node:crypto') {
    return process.getBuiltinModule('node:crypto');
  },
  get zlib(): typeof import('node:zlib') {
    return process.getBuiltinModule('node:zlib');
  },
};
