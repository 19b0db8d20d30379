import type { TagResult } from '../../ops/label-result.ts';

/** `convo.tag/1`: all tags with the number of their conversations, or those of one conversation and what was changed of them. */
export interface TagWire {
  did: TagResult['did'];
  counts?: { tag: string; conversations: number }[];
  id?: string;
  tool?: string;
  title?: string;
  tags?: string[];
  /** Put on, or taken off. */
  changed?: string[];
}

/** Returns the wire form of what `tag` did. */
export function tagWire(result: TagResult): TagWire {
  if (result.did === 'counted') {
    return { did: result.did, counts: result.tags.map(({ tag, conversations }) => ({ tag, conversations })) };
  }
  const { did, id, tool, title, tags } = result;
  return { did, id, tool, title, tags, ...('changed' in result ? { changed: result.changed } : {}) };
}
