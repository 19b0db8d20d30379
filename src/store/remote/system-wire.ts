import { join } from 'node:path';
import { nonce, privateFile, removeIfThere, removeTree } from '../files.ts';
import type { Oid } from '../git.ts';
import { isOid } from '../objects.ts';
import { idsIn } from '../pack/index-file.ts';
import { packsThenGit } from '../system/reader.ts';
import { type Git, gitFailed, runGit } from '../system/spawn.ts';
import type { Incoming } from './check-fetched.ts';
import { badContent, makeBorrower, nameRefs, type Quarantine } from './quarantine.ts';
import { isContentFault, type RemoteRun, reasonOf, remoteFailed, runRemote } from './remote-git.ts';
import type { Pushed } from './transport.ts';
import { publicForm, type RemoteUrl } from './url.ts';
import type { Access, OnProgress, Sent, Wire } from './wire.ts';

/** What `git fetch` must neither do nor tell besides fetching. */
const onlyFetch = ['--no-tags', '--no-recurse-submodules', '--no-auto-maintenance', '--no-prune', '--no-show-forced-updates', '--refmap='];

/** Returns the wire of system git: every protocol, the user's own credentials. */
export function systemWire(git: Git, url: RemoteUrl): Wire {
  return {
    by: 'system',
    list: (prefix) => list(git, url, prefix),
    one: (name, quarantine, maxBytes) => one(git, url, name, quarantine, maxBytes),
    download: (oids, quarantine, how) => download(git, url, oids, quarantine, how),
    inspect: (quarantine) => inspect(git, quarantine),
    access: () => access(git, url),
    writable: async () =>
      accessOf(await runRemote(git, url, ['push', '--dry-run', '--porcelain', '--end-of-options', url.given, ':refs/convo/none'])),
    upload: (batch, folder, onProgress, atomic) => upload(git, url, batch, folder, onProgress, atomic),
  };
}

/** Sizes are asked for first: what is too long is never read. */
async function inspect(git: Git, quarantine: Quarantine): Promise<Incoming> {
  const here = { ...git, gitdir: quarantine.gitdir };
  const names = await quarantine.packs();
  const ids = names.flatMap((name) => idsIn(git.host.fs, join(quarantine.gitdir, 'objects/pack', `${name}.idx`)));
  const { code, stdout, complaint } = await runGit(here, ['cat-file', '--batch-check'], ids.map((oid) => `${oid}\n`).join(''));
  if (code !== 0) throw gitFailed('cat-file', complaint, code);
  const came: Map<Oid, { type: string; size: number }> = new Map();
  for (const line of stdout.toString('latin1').split('\n')) {
    const [oid = '', type = '', size] = line.split(' ');
    if (isOid(oid)) came.set(oid, { type, size: Number(size) });
  }
  const { read, close } = packsThenGit(here);
  return { came, read, close };
}

/** A path is for whoever may read the folder, an ssh host for whoever has a key: of known ones the web form is asked. */
async function access(git: Git, url: RemoteUrl): Promise<Access> {
  const open = publicForm(url);
  if (!open)
    return { yes: undefined, reason: url.protocol === 'file' ? 'it is a folder' : `who else may read ${url.host} cannot be asked` };
  return accessOf(await runRemote(git, open, ['ls-remote', '--end-of-options', open.given, 'HEAD'], { anonymous: true }));
}

const shut =
  /could not read Username|Authentication failed|terminal prompts disabled|not found|does not exist|denied|access rights|not exported|returned error: 40[134]|read.only|unauthori[sz]ed|forbidden/i;

/** What a run says of who may do what it did. */
function accessOf(run: RemoteRun): Access {
  if (run.code === 0 && run.stopped === undefined) return { yes: true };
  const reason = reasonOf(run);
  return { yes: shut.test(run.said) ? false : undefined, reason };
}

async function list(git: Git, url: RemoteUrl, prefix: string): Promise<Map<string, Oid>> {
  const run = await runRemote(git, url, ['ls-remote', '--refs', ...(prefix === '' ? [] : ['--heads']), '--end-of-options', url.given]);
  if (run.code !== 0 || run.stopped !== undefined) throw remoteFailed(url, run);
  const refs = new Map<string, Oid>();
  for (const line of run.stdout.split('\n')) {
    const [oid = '', name = ''] = line.split('\t', 2);
    if (isOid(oid) && name !== '') refs.set(name, oid);
  }
  return refs;
}

/**
 * `ls-remote` has all refs sent to it, whichever are asked for; `fetch` names the one to the server (protocol v2's ref-prefix). What it
 * leads to comes along where it is new, and is there when it is asked for next.
 */
async function one(git: Git, url: RemoteUrl, name: string, quarantine: Quarantine, maxBytes: number): Promise<Oid | undefined> {
  const { gitdir } = quarantine;
  const head = join(gitdir, 'FETCH_HEAD');
  await removeIfThere(git.host.fs, head);
  const args = ['fetch', ...onlyFetch, '--quiet', '--end-of-options', url.given, name];
  const run = await runRemote({ ...git, gitdir }, url, args, { stop: stopAt(quarantine, maxBytes) });
  if (run.code !== 0 && run.said.includes(`couldn't find remote ref ${name}`)) return undefined;
  if (run.code !== 0 && isContentFault(run)) {
    await quarantine.clear();
    return (await list(git, url, '')).get(name);
  }
  if (run.code !== 0) throw remoteFailed(url, run);
  const oid = (await git.host.fs.readFile(head, 'utf8')).slice(0, 40);
  if (!isOid(oid)) throw remoteFailed(url, { ...run, said: `it did not tell where ${name} is` });
  return oid;
}

const stopAt = (quarantine: Quarantine, maxBytes: number) => async () =>
  (await quarantine.bytes()) > maxBytes ? `more than ${maxBytes / 2 ** 20} MB came` : undefined;

async function download(
  git: Git,
  url: RemoteUrl,
  oids: readonly Oid[],
  quarantine: Quarantine,
  { maxBytes, onProgress }: Parameters<Wire['download']>[2],
): Promise<void> {
  const args = ['fetch', ...onlyFetch, '--no-write-fetch-head', '--progress', '--stdin', '--end-of-options', url.given];
  const input = oids.map((oid) => `${oid}\n`).join('');
  const run = await runRemote({ ...git, gitdir: quarantine.gitdir }, url, args, { input, onProgress, stop: stopAt(quarantine, maxBytes) });
  if (run.code === 0 && run.stopped === undefined) return;
  throw isContentFault(run) ? badContent(reasonOf(run)) : remoteFailed(url, run);
}

/**
 * What the remote gets are the refs of a repository of their own, which borrows the store's objects: git looks for each named ref among all
 * that it has, so a thousand of them among ten thousand took longer than all the rest.
 */
async function upload(
  git: Git,
  url: RemoteUrl,
  batch: readonly Sent[],
  folder: string,
  onProgress: OnProgress,
  atomic: boolean,
): Promise<Map<string, Pushed>> {
  const gitdir = join(folder, `outgoing-${nonce()}`);
  const refs = batch.flatMap(({ name, oid }) => (oid === null ? [] : [{ name, oid }]));
  const gone = batch.filter(({ oid }) => oid === null);
  try {
    await makeBorrower(git.host, git.gitdir, gitdir);
    await nameRefs(git.host, gitdir, refs);
    const quoted = `"${url.given.replace(/["\\]/g, '\\$&')}"`;
    const specs = [...(refs.length > 0 ? ['refs/*:refs/*'] : []), ...gone.map(({ name }) => `:${name}`)].map(
      (spec) => `\tpush = ${spec}\n`,
    );
    const settings = join(gitdir, 'outgoing');
    await git.host.fs.writeFile(settings, `[remote "outgoing"]\n\turl = ${quoted}\n${specs.join('')}`, { mode: privateFile });
    const leases = gone.map(({ name, expected }) => `--force-with-lease=${name}:${expected ?? ''}`);
    const quiet = ['--no-verify', '--no-signed', '--no-follow-tags', '--recurse-submodules=no', ...(atomic ? ['--atomic'] : [])];
    const args = [
      '-c',
      `include.path=${settings}`,
      'push',
      '--porcelain',
      '--progress',
      ...quiet,
      ...leases,
      '--end-of-options',
      'outgoing',
    ];
    const run = await runRemote({ ...git, gitdir }, url, args, { onProgress });
    const answers = answersIn(run.stdout);
    if (run.stopped !== undefined || (run.code !== 0 && answers.size === 0)) throw remoteFailed(url, run);
    return new Map(batch.map(({ name }) => [name, answers.get(name) ?? { rejected: `the remote said nothing of it`, moved: false }]));
  } finally {
    await removeTree(git.host.fs, gitdir);
  }
}

/** git-push(1), --porcelain: `<flag>\t<from>:<to>\t<summary> (<reason>)`. */
const answerLine = /^([ +\-*!=])\t[^\t]*?:([^\t]+)\t(.*)$/;
const elsewhere =
  /fetch first|non-fast-forward|stale info|needs force|already exists|reference already|cannot lock ref|failed to (update|lock)|incorrect old value|atomic (push|transaction) failed|fast-forward|is at [0-9a-f]{40} but expected/i;

function answersIn(stdout: string): Map<string, Pushed> {
  const answers = new Map<string, Pushed>();
  for (const line of stdout.split('\n')) {
    const [, flag, name, summary = ''] = answerLine.exec(line) ?? [];
    if (!flag || !name) continue;
    const reason = /\((.*)\)$/.exec(summary)?.[1] ?? summary;
    answers.set(name, flag === '!' ? { rejected: reason, moved: elsewhere.test(reason) } : 'ok');
  }
  return answers;
}
