/** A git object id: 40 hex digits. */
export type Oid = string & { readonly oid: unique symbol };

export type ObjectType = 'commit' | 'tree' | 'blob';

export interface GitObject {
  oid: Oid;
  type: ObjectType;
  content: Uint8Array;
}

export interface Ref {
  name: string;
  oid: Oid;
}

/** One ref to move; `from: null` = it must not exist, `to: null` = delete it. */
export interface RefMove {
  ref: string;
  from: Oid | null;
  to: Oid | null;
}

/** A blob or commit that is being written, or one that the repository holds. */
export type Written = { readonly mark: number };
export type Named = Oid | Written;

/** The fields of a commit that convo chooses; tree, parents and this make its bytes (format.md 5). */
export interface CommitText {
  /** Already clean: see commit.ts. */
  author: string;
  /** Seconds since 1970. */
  time: number;
  /** Ends in one LF. */
  message: string;
}

export interface NewCommit {
  /** First parent's tree is the base of the new tree, unless `base` says otherwise. */
  parents: Named[];
  /** Commit whose tree to start from; null = the empty tree; absent = first parent, or the empty tree. */
  base?: Named | null;
  /** path → blob, or null to remove the file. Paths are validated by the caller (layout.ts). */
  changes: [path: string, blob: Named | null][];
  text: CommitText;
}

/** Writes objects in bulk; nothing is reachable until `moveRefs`. */
export interface ObjectWriter {
  /** Resolves when the writer can take more (back pressure); the content is the caller's again then. */
  blob(content: Uint8Array): Promise<Written>;
  commit(commit: NewCommit): Promise<Written>;
  /** Tells the id of something written before the end; not durable yet. */
  id(written: Written): Promise<Oid>;
  /**
   * Makes everything durable (fsync of files and folders) and tells the ids of commits, and of blobs that were asked for before. `tips`: where
   * refs are moved next; what will stand in their files may be brought to the disk with the objects, so that it is waited for once.
   */
  finish(tips?: readonly Named[]): Promise<(written: Written) => Oid>;
  /** Gives up: leaves no temporary file, ref or process behind. */
  abort(): Promise<void>;
}

/** An object asked for by name: an oid, `<ref>`, `<ref>^{tree}`, `<oid>:<path>`, `<ref>:<path>`. */
export type ObjectName = string;

/** What a check found; empty problems = clean. */
export interface Check {
  problems: string[];
}

/**
 * The seam between convo and git: two implementations, one conformance suite, equal object ids. Every method throws a
 * ConvoError on failure; "absent" is only ever said of what is absent (ENOENT), never of what could not be read.
 */
export interface GitEngine {
  readonly name: 'system' | 'isomorphic';
  /** Creates the bare repository (0700) when it is not there. */
  init(): Promise<void>;
  /** Objects in the order asked for; undefined for one that is not there. Safe to call many times; one process for all, or none. */
  read(name: ObjectName): Promise<GitObject | undefined>;
  /** The same for many names, pipelined, in order. */
  readMany(names: Iterable<ObjectName>): AsyncIterable<GitObject | undefined>;
  /** Refs whose name begins with the prefix (which ends in `/`, or is a whole name), by name. */
  refs(prefix: string): Promise<Ref[]>;
  /** System git makes one pack of what is written, the embedded engine loose objects. */
  writer(): Promise<ObjectWriter>;
  /** Moves all or none, each only if it still stands at `from`; throws `ref-moved` otherwise. Durable on return. */
  moveRefs(moves: RefMove[]): Promise<void>;
  /** git fsck, or the same checks done here. */
  check(): Promise<Check>;
  /** Removes what a crash left behind: stale locks, temporary files and refs, torn objects. Returns what it did. */
  recover(): Promise<string[]>;
  /** Packs refs and objects when there are many; cheap when there is nothing to do. */
  maintain(): Promise<void>;
  /** Ends the processes behind the engine. */
  close(): Promise<void>;
}
