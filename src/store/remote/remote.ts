import { isBranchName } from '../../model/branch-name.ts';
import { readConversationId, readToolId } from '../../model/ids.ts';
import { headsPrefix, mainRef, rawPrefix } from '../layout.ts';

/** A repository that conversations are pushed to and fetched from, as the settings tell it. */
export interface Remote {
  name: string;
  /** As `readUrl` takes it: it holds no secret. */
  url: string;
  /** Where its turn branches stand (sync.md 6): `refs/heads/`, or another prefix for a host that shows branches. */
  prefix: string;
}

/** What was fetched of all remotes. */
export const remotesPrefix = 'refs/convo/remotes/';

/** What was fetched; never pushed. */
export const trackingPrefix = (remote: string): string => `${remotesPrefix}${remote}/`;

/** Returns the remote of a tracking ref. */
export const remoteOf = (tracking: string): string => tracking.slice(remotesPrefix.length, tracking.indexOf('/', remotesPrefix.length));

/** Returns the ref under which a fetched ref of a remote is kept: `refs/convo/remotes/origin/heads/main`. */
export const trackingRef = (remote: string, ref: string): string => trackingPrefix(remote) + ref.replace(/^refs\/(convo\/)?/, '');

/** Returns the ref of a remote that a tracking ref stands for: `refs/heads/main`. */
export function trackedRef(remote: string, tracking: string): string {
  const rest = tracking.slice(trackingPrefix(remote).length);
  return rest.startsWith('raw/') ? rawPrefix + rest.slice('raw/'.length) : `refs/${rest}`;
}

/** What a ref that convo pushes holds; undefined for any other ref. */
export function kindOf(ref: string): 'catalogue' | 'turns' | 'raw' | undefined {
  if (ref === mainRef) return 'catalogue';
  const raw = ref.startsWith(rawPrefix);
  if (!raw && !ref.startsWith(headsPrefix)) return undefined;
  const [tool = '', id = '', branch, more] = ref.slice((raw ? rawPrefix : headsPrefix).length).split('/');
  if (!readToolId(tool) || !readConversationId(id) || more !== undefined) return undefined;
  if (raw) return branch === undefined ? 'raw' : undefined;
  return branch !== undefined && isBranchName(branch) ? 'turns' : undefined;
}

/** Returns `<tool>/<id>` of a turn branch or a raw ref, undefined for the catalogue. */
export function conversationOf(ref: string): string | undefined {
  const [tool, id] = ref.replace(/^refs\/(heads|convo\/raw)\//, '').split('/');
  return id === undefined ? undefined : `${tool}/${id}`;
}

/** Returns the name that one of our refs has on the remote. */
export function nameThere({ prefix }: Remote, ref: string): string {
  return kindOf(ref) === 'turns' ? prefix + ref.slice(headsPrefix.length) : ref;
}

/** Returns our name of a ref on the remote, undefined for what is not convo's. */
export function nameHere({ prefix }: Remote, name: string): string | undefined {
  const ours = prefix !== headsPrefix && name.startsWith(prefix) ? headsPrefix + name.slice(prefix.length) : name;
  const kind = kindOf(ours);
  if (kind === undefined || nameThere({ name: '', url: '', prefix }, ours) !== name) return undefined;
  return ours;
}
