import type { GitObject, ObjectType, Oid } from './git.ts';

/** An object that was written or read before, and how many bytes another one begins and ends with as it does. */
export interface Like {
  oid: Oid;
  content: Uint8Array;
  begin: number;
  end: number;
}

/** Where a writer puts finished objects; none of them is in the store before `publish`. */
export interface ObjectSink {
  /** Returns the object's id; resolves when there is room for more, and the content is the caller's again. `like`: an object that differs from it a little. */
  write(type: ObjectType, content: Uint8Array, like?: Like): Promise<Oid>;
  /** Returns an object that was written here and is not published yet; undefined for any other. */
  read(oid: Oid): Promise<GitObject | undefined>;
  /** Brings all objects into the store; durable on return. `tips`: where refs are moved next. */
  publish(tips?: readonly Oid[]): Promise<void>;
  /** Removes what was not published. */
  discard(): Promise<void>;
}
