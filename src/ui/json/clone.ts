import type { CloneResult } from '../../ops/clone-result.ts';

/** `convo.clone/1` */
export interface CloneWire {
  store: string;
  remote: { name: string; url: string };
  conversations: number;
  branches: number;
  /** Conversations that are fetched when they are asked for. */
  absent: number;
  refused: { ref: string; reason: string }[];
}

/** Returns the wire form of a clone. */
export const cloneWire = ({ store, name, url, conversations, branches, absent, refused }: CloneResult): CloneWire => ({
  store,
  remote: { name, url },
  conversations,
  branches,
  absent,
  refused: refused.map(({ ref, reason }) => ({ ref, reason })),
});
