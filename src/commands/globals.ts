import type { Flags } from './command.ts';

/** Flags that every command takes, before or after the verb. */
export const globalFlags = {
  store: { type: 'string', value: 'folder', summary: 'use the store in this folder' },
  json: { type: 'boolean', summary: 'print one JSON document' },
  'no-color': { type: 'boolean', summary: 'do not colour' },
  'no-pager': { type: 'boolean', summary: 'do not page long output' },
  verbose: { type: 'boolean', summary: 'show causes of errors' },
  quiet: { type: 'boolean', short: 'q', summary: 'show no progress and no remarks' },
  engine: { type: 'string', value: 'name', choices: ['system', 'isomorphic'], summary: 'read and write with this git' },
  help: { type: 'boolean', short: 'h', summary: 'show this help' },
} as const satisfies Flags;

export type GlobalFlags = typeof globalFlags;
