import type { CloneResult } from '../../ops/clone-result.ts';

/** `convo.clone/1` */
export interface CloneWire {
  store: string;
  remote: { name: string; url: string };
  conversations: number;
  branches: number;
  refused: { ref: string; reason: string }[];
}

/** Returns the wire form of a clone. */
export const cloneWire = ({ store, name, url, conversations, branches, refused }: CloneResult): CloneWire => ({
  store,
  remote: { name, url },
  conversations,
  branches,
  refused: refused.map(({ ref, reason }) => ({ ref, reason })),
});
