import { fail } from '../../errors.ts';
import type { GitEngine, Oid } from '../../store/git.ts';
import { mainRef, profileFile } from '../../store/layout.ts';
import { kindOf, nameHere } from '../../store/remote/remote.ts';
import type { Transport } from '../../store/remote/transport.ts';
import { readUrl } from '../../store/remote/url.ts';
import { reader } from '../../store/repo.ts';
import type { Store } from '../../store/store.ts';
import type { Context } from '../context.ts';
import { projectName, projectsHere } from '../project.ts';
import { stateFile } from '../state-file.ts';
import type { RemoteSettings } from './settings.ts';

/** When a remote was last found fit to be pushed to, in milliseconds since 1970, and under which URL. */
type Checked = Record<string, { url: string; time: number }>;

const week = 7 * 24 * 60 * 60_000;
const file = stateFile<Checked>(
  'remotes.json',
  (value): value is Checked => typeof value === 'object' && value !== null,
  'remotes are looked at anew',
);

/** A catalogue of more than this is not fetched only to see what it is. */
const peek = 64 << 20;

/**
 * Looks at a remote before the first push to its URL, and every week: throws `public-remote` where anybody can read it and nobody
 * insisted, `unrelated-remote` where it holds something else, `code-remote` where it is the repository of a project. What cannot be
 * found out is a remark.
 */
export async function guardPush(
  context: Context,
  store: Store,
  settings: RemoteSettings,
  transport: Transport,
  options: { allowPublic?: boolean } = {},
): Promise<void> {
  const { name, url } = settings;
  const checked = (await file.read(context)) ?? {};
  const last = checked[name];
  const now = context.host.now();
  if (last?.url === url && now >= last.time && now - last.time < week) return;
  const project = await codeProject(context, store, url);
  if (project !== undefined) throw fail('code-remote', { url, project });
  const held = await holding(transport, store);
  if (held.holds === 'something else') throw fail('unrelated-remote', { url, reason: held.found });
  if (!settings.allowPublic && options.allowPublic !== true) {
    const open = await transport.isPublic();
    if (open.yes) throw fail('public-remote', { url });
    if (open.yes === undefined && readUrl(context.host, url).protocol !== 'file')
      context.warn(`Whether anybody can read ${url} could not be found out: ${open.reason}`);
  }
  await file.save(context, { ...checked, [name]: { url, time: now } });
}

/** Has the guard look again before the next push. */
export async function forgetCheck(context: Context, name: string): Promise<void> {
  const { [name]: _, ...others } = (await file.read(context)) ?? {};
  await file.save(context, others);
}

export type Holding = { holds: 'nothing' | 'conversations' } | { holds: 'something else'; found: string };

/** So often a remote is looked at while somebody pushes to it. */
const looks = 4;

/**
 * Returns what a remote holds. Its catalogue tells, so that the list of its refs, 800 KB at 10,000 branches, is asked for only where there
 * is none that could be read. Both answers are no snapshot: where the list has another catalogue than the one that was looked at, as in the
 * midst of somebody's first push, that one is looked at, too.
 */
export async function holding(transport: Transport, { engine }: Store): Promise<Holding> {
  for (let look = 1; ; look += 1) {
    const main = (await transport.refs([mainRef], { maxBytes: peek })).get(mainRef);
    const fault = main && (await catalogueFault(transport, engine, main));
    if (main !== undefined && fault === undefined) return { holds: 'conversations' };
    const all = await transport.everything();
    if (all.size === 0) return { holds: 'nothing' };
    const ours = [...all.keys()].map((name) => nameHere(transport.remote, name));
    if (ours.some((ref) => ref !== undefined && kindOf(ref) !== 'catalogue')) return { holds: 'conversations' };
    const [first = ''] = all.keys();
    if (all.get(mainRef) === main || look === looks)
      return { holds: 'something else', found: fault ?? `it has ${first}, and no catalogue` };
  }
}

/** Why a branch is no catalogue, undefined where it is one. */
async function catalogueFault(transport: Transport, engine: GitEngine, main: Oid): Promise<string | undefined> {
  const none = 'its main branch is no catalogue';
  const { refused } = await transport.fetch([{ ref: mainRef, oid: main }], undefined, { maxBytes: peek, track: false });
  const [fault] = refused;
  if (fault) return `${none}: ${fault.reason}`;
  return (await engine.read(`${main}:${profileFile}`)) ? undefined : none;
}

/** Returns the project that a URL is the code repository of, among those of the conversations and of the working folder. */
export async function codeProject(context: Context, store: Store | undefined, given: string): Promise<string | undefined> {
  const url = readUrl(context.host, given);
  const folder = url.path.replace(/[\\/]+$/, '');
  const names = url.protocol === 'file' ? [folder, folder.replace(/[\\/]\.git$/, '')] : [projectName(given)];
  const mine = new Set(names.map((name) => name.toLowerCase()));
  const projects = await projectsHere(context.host);
  if (store) for (const { project } of await reader(store).entries()) projects.push(project);
  return projects.find((project) => mine.has(project.replace(/^file:\/\//, '').toLowerCase()));
}
