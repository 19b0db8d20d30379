import { join } from 'node:path';
import { fail } from '../../errors.ts';
import type { Host } from '../../host.ts';
import type { Oid } from '../git.ts';
import type { Store } from '../store.ts';
import { findGit } from '../system/spawn.ts';
import type { Remote } from './remote.ts';
import { session } from './session.ts';
import { systemWire } from './system-wire.ts';
import { readUrl } from './url.ts';
import type { Access, OnProgress, Wire } from './wire.ts';

/** A ref of the remote to fetch, and the object that the remote said it has. */
export interface Wanted {
  ref: string;
  oid: Oid;
}

/** One ref of the remote to move; `expected`: what it must be there now, null = it must not exist; `oid: null` = delete it. */
export interface Update {
  ref: string;
  oid: Oid | null;
  expected: Oid | null;
}

/** `moved`: the ref stands elsewhere on the remote than was expected, so fetch and try again; else the remote does not want it. */
export type Pushed = 'ok' | { rejected: string; moved: boolean };

/** What a fetch brought. */
export interface Fetched {
  /** Refs that landed: their objects are in the store, `trackingRef(remote, ref)` points to them. */
  landed: Map<string, Oid>;
  /** Refs with content that must not come in, each with its reason; nothing of them is in the store. */
  refused: { ref: string; reason: string }[];
}

export interface FetchLimits {
  /** More than so many bytes are not taken; 16 GB unless told. */
  maxBytes?: number;
  /** False: tracking refs stay where they are, for what is only looked at. */
  track?: boolean;
}

/**
 * The wire to one remote. Names of refs are the local ones (`refs/heads/<tool>/<id>/<branch>`), whatever prefix they have there.
 * Every method throws `remote-failed` when the remote cannot be reached or does not let us, with its own words.
 */
export interface Transport {
  readonly remote: Remote;
  readonly by: 'system' | 'isomorphic';
  /**
   * Returns convo's refs on the remote: all, or those that begin with one of the patterns (which end in `/`, or are whole names). One
   * whole name is asked of the server alone: one small answer whatever the size of the remote, and what it leads to may come at once.
   */
  refs(patterns?: readonly string[], limits?: FetchLimits): Promise<Map<string, Oid>>;
  /** Returns every ref there, by its name there, convo's or not. */
  everything(): Promise<Map<string, Oid>>;
  /**
   * Brings refs with all they need into the store, after they were checked; moves only tracking refs. One that cannot be had any more is
   * among the refused.
   */
  fetch(wants: readonly Wanted[], onProgress?: OnProgress, limits?: FetchLimits): Promise<Fetched>;
  /**
   * Moves refs of the remote, never by force: in their order, in batches of 1,000 refs and 1 GB. Tracking refs follow what was accepted.
   * `atomic`: each batch as a whole or nothing of it, where the wire can say so to the server; a server that cannot throws `remote-failed`.
   */
  push(updates: readonly Update[], onProgress?: OnProgress, options?: { atomic: boolean }): Promise<Map<string, Pushed>>;
  /** Tells whether anybody may read it who can reach it, asked without credentials. */
  isPublic(): Promise<Access>;
  /** Tells whether it would take a push; nothing is pushed. */
  isWritable(): Promise<Access>;
  /** Removes what it left on the disk. */
  close(): Promise<void>;
}

/**
 * Returns the transport to a remote: system git, so with the user's own credentials and ssh, or the embedded one for http(s) where
 * there is no git or the store's engine is the embedded one. Nothing is asked of the remote yet. Throws `bad-url`, `remote-needs-git`.
 */
export async function openTransport(host: Host, store: Store, remote: Remote): Promise<Transport> {
  return session(host, store, remote, await wireTo(host, store, remote));
}

async function wireTo(host: Host, store: Store, remote: Remote): Promise<Wire> {
  const url = readUrl(host, remote.url);
  const path = store.engine.name === 'system' ? await findGit(host) : undefined;
  if (path) return systemWire({ host, path, gitdir: join(store.home, 'store.git') }, url);
  if (url.protocol === 'https' || url.protocol === 'http') {
    const { httpWire } = await import('./http/http-wire.ts');
    return httpWire(host, store, url);
  }
  const reason = `without git convo speaks http and https, not ${url.protocol === 'file' ? 'to a folder' : url.protocol}`;
  throw fail('remote-needs-git', { url: url.shown, reason, or: 'use the https URL of the remote' });
}
