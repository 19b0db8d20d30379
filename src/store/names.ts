import type { ObjectName, Oid, RefMove } from './git.ts';
import { isOid } from './objects.ts';

/** An object's name taken apart: where to start, whether to go on to its tree, and which path of it. */
export interface ParsedName {
  start: Oid | string;
  tree: boolean;
  path?: string;
}

const refName = /^refs(\/[A-Za-z0-9_][A-Za-z0-9._@+=-]*)+$/;

/** Tells whether a ref may be given to git and to the disk as it is: stricter than git's own rules (reliability 4.6). */
export function isRefName(name: string): boolean {
  return refName.test(name) && !/\.\.|\.lock(\/|$)|\.(\/|$)/.test(name) && name.length <= 1024;
}

/** Throws a TypeError on a ref name that convo does not make: such a name is a bug, not a user's mistake. */
export function assertRefName(name: string): void {
  if (!isRefName(name)) throw new TypeError(`Not a ref name: ${JSON.stringify(name)}`);
}

/** Throws a TypeError on what is neither a ref's name nor the beginning of some (`refs/heads/`). */
export function assertPrefix(prefix: string): void {
  if (prefix !== 'refs/') assertRefName(prefix.replace(/\/$/, ''));
}

/** Throws a TypeError when a list of moves names a bad ref or one ref twice. */
export function assertMoves(moves: readonly RefMove[]): void {
  const seen = new Set<string>();
  for (const { ref } of moves) {
    assertRefName(ref);
    if (seen.has(ref)) throw new TypeError(`Two moves of ${ref}`);
    seen.add(ref);
  }
}

/** Throws a TypeError on a path that must not stand in a tree; layout.ts makes better ones. */
export function assertPath(path: string): void {
  const bad = path.split('/').some((part) => part === '' || part === '.' || part === '..' || /^\.git$/i.test(part));
  if (bad || /[\0\n]/.test(path)) throw new TypeError(`Not a path of a tree: ${JSON.stringify(path)}`);
}

/** Returns the parts of an object's name; throws a TypeError on a form that is not in ObjectName's list. */
export function parseName(name: ObjectName): ParsedName {
  const colon = name.indexOf(':');
  const head = colon < 0 ? name : name.slice(0, colon);
  const tree = colon >= 0 || head.endsWith('^{tree}');
  const start = head.replace(/\^\{tree\}$/, '');
  if (!isOid(start) && !isRefName(start)) throw new TypeError(`Not the name of an object: ${JSON.stringify(name)}`);
  if (colon < 0) return { start, tree };
  const path = name.slice(colon + 1);
  assertPath(path);
  return { start, tree, path };
}
