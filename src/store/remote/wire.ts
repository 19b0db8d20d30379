import type { Oid } from '../git.ts';
import type { Incoming } from './check-fetched.ts';
import type { Quarantine } from './quarantine.ts';
import type { Pushed } from './transport.ts';

/** How far a transfer is: objects, refs or bytes; `total` absent = not known. */
export interface Progress {
  label: string;
  done: number;
  total?: number;
  /** Bytes so far. */
  bytes?: number;
}

export type OnProgress = (progress: Progress) => void;

/** Whether the thing asked about is so; undefined = it cannot be told. `reason`: why not, or why it cannot be told. */
export interface Access {
  yes: boolean | undefined;
  reason?: string;
}

/** A ref to move on the remote, by its name there. */
export interface Sent {
  name: string;
  oid: Oid | null;
  expected: Oid | null;
}

/** What the two ways to a remote do differently; names of refs are the remote's. */
export interface Wire {
  readonly by: 'system' | 'isomorphic';
  /** Returns the refs whose names begin with the prefix; '' = all. */
  list(prefix: '' | 'refs/heads/'): Promise<Map<string, Oid>>;
  /** Returns where one ref stands, undefined when it is not there. What it leads to may come into the quarantine at once, no more than `maxBytes` of it. */
  one(name: string, quarantine: Quarantine, maxBytes: number): Promise<Oid | undefined>;
  /** Brings objects, with all they need that `quarantine` does not name as known, into packs of the quarantine. */
  download(oids: readonly Oid[], quarantine: Quarantine, how: { maxBytes: number; onProgress: OnProgress }): Promise<void>;
  /** Opens what came into the quarantine. */
  inspect(quarantine: Quarantine): Promise<Incoming>;
  /** Tells who may read it, asked without credentials. */
  access(): Promise<Access>;
  /** Tells whether it would take a push, by asking for one that is not made. */
  writable(): Promise<Access>;
  /** Sends a batch; the remote's answer to each by name. The caller has checked that an update goes forward from `expected`. */
  upload(batch: readonly Sent[], folder: string, onProgress: OnProgress, atomic: boolean): Promise<Map<string, Pushed>>;
}
