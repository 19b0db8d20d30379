import type { ExportResult } from '../../ops/export.ts';
import { type HeadWire, headWire } from './conversation.ts';

/** `convo.export/1`: a document, or where it was written. */
export interface ExportWire {
  format: string;
  name: string;
  conversation: HeadWire;
  turns: number;
  /** The document itself, where it was written nowhere. */
  text: string | null;
  written: { path: string; files: number; bytes: number } | null;
}

/** Returns the wire form of an export. */
export function exportWire({ format, name, conversation, turns, text, written }: ExportResult): ExportWire {
  return {
    ...{ format, name, conversation: headWire(conversation), turns },
    text: text ?? null,
    written: written ? { path: written.path, files: written.files, bytes: written.size } : null,
  };
}
