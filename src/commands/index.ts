import type { Command } from './command.ts';

type Load = () => Promise<Command>;

/** Every verb with its file, loaded on demand; in the order of help. */
export const verbs = {
  import: async () => (await import('./import.ts')).importCommand,
  list: async () => (await import('./list.ts')).list,
  log: async () => (await import('./log.ts')).log,
  show: async () => (await import('./show.ts')).show,
  context: async () => (await import('./context.ts')).contextCommand,
  export: async () => (await import('./export.ts')).exportCommand,
  diff: async () => (await import('./diff.ts')).diff,
  bisect: async () => (await import('./bisect.ts')).bisect,
  blame: async () => (await import('./blame.ts')).blame,
  branch: async () => (await import('./branch.ts')).branch,
  switch: async () => (await import('./switch.ts')).switchCommand,
  resume: async () => (await import('./resume.ts')).resume,
  merge: async () => (await import('./merge.ts')).merge,
  'cherry-pick': async () => (await import('./cherry-pick.ts')).cherryPick,
  revert: async () => (await import('./revert.ts')).revert,
  amend: async () => (await import('./amend.ts')).amend,
  tag: async () => (await import('./tag.ts')).tag,
  edit: async () => (await import('./edit.ts')).edit,
  rename: async () => (await import('./edit.ts')).rename,
  undo: async () => (await import('./undo.ts')).undo,
  redo: async () => (await import('./undo.ts')).redo,
  op: async () => (await import('./op.ts')).op,
  clone: async () => (await import('./clone.ts')).clone,
  remote: async () => (await import('./remote.ts')).remoteCommand,
  sync: async () => (await import('./sync.ts')).sync,
  pull: async () => (await import('./sync.ts')).pull,
  push: async () => (await import('./sync.ts')).push,
  fetch: async () => (await import('./sync.ts')).fetch,
  status: async () => (await import('./status.ts')).status,
  verify: async () => (await import('./verify.ts')).verify,
  reimport: async () => (await import('./reimport.ts')).reimport,
  config: async () => (await import('./config.ts')).config,
  completion: async () => (await import('./completion.ts')).completion,
  version: async () => (await import('./version.ts')).versionCommand,
  help: async () => (await import('./help.ts')).help,
} satisfies Record<string, Load>;

/** `convo` alone. */
export const overview: Load = async () => (await import('./overview.ts')).overview;

export const aliases: Readonly<Record<string, keyof typeof verbs>> = { ls: 'list' };

/** Returns the loader of a verb or alias; undefined when there is none. */
export function loaderOf(verb: string): Load | undefined {
  const name = aliases[verb] ?? verb;
  return Object.hasOwn(verbs, name) ? verbs[name as keyof typeof verbs] : undefined;
}
