import type { Thread } from '../../../model/export/thread.ts';
import { imageType } from '../../../model/image.ts';
import type { AttachmentPart, Turn } from '../../../model/turn.ts';

/** Bytes of one image, and of all that stand on a page: a browser holds them all at once. */
const largest = 5 << 20;
const all = 32 << 20;

export interface PageImages {
  shown: ReadonlySet<AttachmentPart>;
  /** Files that are told in a line alone. */
  leftOut: number;
}

/** Returns which files of a thread stand on its page as images: those of the kinds that cannot hold a script, as far as there is room. */
export function imagesOf({ turns, agents }: Thread): PageImages {
  const shown = new Set<AttachmentPart>();
  let left = all;
  let leftOut = 0;
  for (const file of [...turns, ...agents.flatMap((agent) => agent.turns)].flatMap(filesOf)) {
    if (imageType(file.data) && file.data.length <= Math.min(left, largest)) {
      shown.add(file);
      left -= file.data.length;
    } else leftOut += 1;
  }
  return { shown, leftOut };
}

const filesOf = ({ steps }: Turn): AttachmentPart[] =>
  steps.flatMap(({ parts }) =>
    parts.flatMap((part) => {
      if (part.kind === 'attachment') return [part];
      return part.kind === 'tool-call' ? (part.result?.content.filter((one) => one.kind === 'attachment') ?? []) : [];
    }),
  );
