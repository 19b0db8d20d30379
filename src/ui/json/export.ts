import type { ExportResult } from '../../ops/export.ts';
import { type HeadWire, headWire } from './conversation.ts';

/** `convo.export/1`: a document, or where it was written. */
export interface ExportWire {
  format: string;
  /** None of a whole library. */
  name: string | null;
  conversation: HeadWire | null;
  turns: number | null;
  /** How many branches the file tells, where it tells a whole conversation. */
  branches: number | null;
  /** How many there are in a library. */
  conversations: number | null;
  /** The document itself, where it was written nowhere. */
  text: string | null;
  written: {
    path: string;
    files: number;
    bytes: number;
    /** Of those, how many are new or changed since the same folder was written last, and how many others went; none of a new folder. */
    changed: number | null;
    removed: number | null;
  } | null;
}

/** Returns the wire form of an export. */
export function exportWire({ format, one, conversations, content, written }: ExportResult): ExportWire {
  return {
    format,
    ...{
      name: one?.name ?? null,
      conversation: one ? headWire(one.conversation) : null,
      turns: one?.turns ?? null,
      branches: one?.branches ?? null,
    },
    conversations: conversations ?? null,
    text: content ? Buffer.from(content).toString('utf8') : null,
    written: written
      ? {
          ...{ path: written.path, files: written.files, bytes: written.size },
          ...{ changed: written.since?.changed ?? null, removed: written.since?.removed ?? null },
        }
      : null,
  };
}
