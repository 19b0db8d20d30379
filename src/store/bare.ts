import { join } from 'node:path';
import { fail } from '../errors.ts';
import type { Host } from '../host.ts';
import { makeFolders, readIfThere, writeDurably } from './files.ts';

/** Also for the person who runs git here by hand: files 0600, nothing pruned or packed behind convo's back. */
const config = `[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = true
\tsharedRepository = 0600
\tlogAllRefUpdates = false
\tfsync = all
[gc]
\tauto = 0
[maintenance]
\tauto = false
`;

/** Creates a bare repository (HEAD last: a folder without it is none), or checks the one that is there. */
export async function createBare(host: Host, gitdir: string): Promise<void> {
  const { fs } = host;
  if (await readIfThere(fs, join(gitdir, 'HEAD'))) return;
  for (const folder of ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags', 'convo']) await makeFolders(fs, join(gitdir, folder));
  await writeDurably(fs, join(gitdir, 'config'), config);
  await writeDurably(fs, join(gitdir, 'HEAD'), 'ref: refs/heads/main\n');
}

const settingLine = /^\s*([A-Za-z][A-Za-z0-9-]*)\s*=\s*"?([^"#;\n]*?)"?\s*$/;

/** Returns the `extensions.*` of a repository's config, keys in lower case. */
function extensionsOf(text: string): Map<string, string> {
  const found = new Map<string, string>();
  let section = '';
  for (const line of text.split('\n')) {
    section = /^\s*\[\s*([^\]\s"]+)/.exec(line)?.[1]?.toLowerCase() ?? section;
    const [, key, value] = settingLine.exec(line) ?? [];
    if (section === 'extensions' && key && value !== undefined) found.set(key.toLowerCase(), value.toLowerCase());
  }
  return found;
}

/** What the embedded engine can read of a repository: sha1 objects, refs in files, all objects in this folder. */
const harmless = new Set(['noop', 'noop-v1', 'worktreeconfig', 'preciousobjects']);

/** How a repository keeps its refs: `files`, or as git alone knows. */
export type RefStorage = 'files' | 'other';

/**
 * Returns how a repository keeps its refs. Throws `bad-config` when it is of a kind that an engine cannot read: sha256 for both; reftable, partial clones
 * and borrowed objects for the embedded one.
 */
export async function checkFormat(host: Host, gitdir: string, engine: 'system' | 'isomorphic'): Promise<RefStorage> {
  const path = join(gitdir, 'config');
  const extensions = extensionsOf((await readIfThere(host.fs, path))?.toString('utf8') ?? '');
  const refuse = (what: string) => fail('bad-config', { path, reason: `the ${engine} engine cannot read ${what}` });
  if ((extensions.get('objectformat') ?? 'sha1') !== 'sha1') throw refuse(`${extensions.get('objectformat')} objects`);
  const refs = (extensions.get('refstorage') ?? 'files') === 'files' ? 'files' : 'other';
  if (engine === 'system') return refs;
  if (refs !== 'files') throw refuse(`${extensions.get('refstorage')} refs; install git`);
  const other = [...extensions.keys()].find((key) => !harmless.has(key) && key !== 'objectformat' && key !== 'refstorage');
  if (other) throw refuse(`a repository with extensions.${other}; install git`);
  const alternates = await readIfThere(host.fs, join(gitdir, 'objects/info/alternates'));
  if (alternates?.toString().trim()) throw refuse('borrowed objects (objects/info/alternates); install git');
  return refs;
}
