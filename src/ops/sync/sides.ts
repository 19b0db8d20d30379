import type { GitEngine, Oid } from '../../store/git.ts';
import { headsPrefix, rawPrefix } from '../../store/layout.ts';
import { conversationOf, kindOf, remoteOf, remotesPrefix, trackedRef } from '../../store/remote/remote.ts';

/** The refs of one side, by conversation (`<tool>/<id>`). */
export interface SideRefs {
  main: Oid | null;
  heads: Map<string, Map<string, Oid>>;
  raw: Map<string, Oid>;
}

/** The refs of this store, and those of a remote as they were fetched last. */
export interface Sides {
  local: SideRefs;
  remote: SideRefs;
  /** Branches that some remote is known to have, by conversation. */
  published: Map<string, string[]>;
}

const empty = (): SideRefs => ({ main: null, heads: new Map(), raw: new Map() });

/** Returns where everything stands, here and on a remote as it was fetched last; source records only where they go there. */
export async function sidesOf(engine: GitEngine, { name: remote, raw }: { name: string; raw: boolean }): Promise<Sides> {
  const sides: Sides = { local: empty(), remote: empty(), published: new Map() };
  for (const { name, oid } of await engine.refs('refs/')) {
    if (!name.startsWith(remotesPrefix)) {
      put(sides.local, name, oid);
      continue;
    }
    const of = remoteOf(name);
    const ref = trackedRef(of, name);
    if (of === remote) put(sides.remote, ref, oid);
    const conversation = kindOf(ref) === 'turns' ? conversationOf(ref) : undefined;
    if (conversation === undefined) continue;
    const branch = ref.slice(ref.lastIndexOf('/') + 1);
    sides.published.set(conversation, [...(sides.published.get(conversation) ?? []), branch]);
  }
  return raw ? sides : { ...sides, local: { ...sides.local, raw: new Map() }, remote: { ...sides.remote, raw: new Map() } };
}

function put(side: SideRefs, ref: string, oid: Oid): void {
  const kind = kindOf(ref);
  const conversation = conversationOf(ref);
  if (kind === 'catalogue') side.main = oid;
  if (conversation === undefined) return;
  if (kind === 'raw') side.raw.set(conversation, oid);
  if (kind !== 'turns') return;
  const branches = side.heads.get(conversation) ?? new Map<string, Oid>();
  side.heads.set(conversation, branches.set(ref.slice(ref.lastIndexOf('/') + 1), oid));
}

const none: ReadonlyMap<string, Oid> = new Map();

/** Returns the branches of a conversation on one side. */
export const tipsOf = ({ heads }: SideRefs, conversation: string): ReadonlyMap<string, Oid> => heads.get(conversation) ?? none;

/** Returns the conversations whose refs are not the same on both sides. */
export function differing({ local, remote }: Sides): Set<string> {
  const found = new Set<string>();
  for (const conversation of new Set([...local.heads.keys(), ...remote.heads.keys()]))
    if (!isSame(tipsOf(local, conversation), tipsOf(remote, conversation))) found.add(conversation);
  for (const conversation of new Set([...local.raw.keys(), ...remote.raw.keys()]))
    if (local.raw.get(conversation) !== remote.raw.get(conversation)) found.add(conversation);
  return found;
}

const isSame = (a: ReadonlyMap<string, Oid>, b: ReadonlyMap<string, Oid>) =>
  a.size === b.size && [...a].every(([name, oid]) => b.get(name) === oid);

/** Returns the ref of a conversation's branch. */
export const headOf = (conversation: string, branch: string): string => `${headsPrefix}${conversation}/${branch}`;

/** Returns the ref of a conversation's source records. */
export const rawOf = (conversation: string): string => rawPrefix + conversation;
