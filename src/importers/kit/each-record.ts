import type { Bytes } from '../importer.ts';
import { type JsonObject, readLines, recordsOfLine } from './jsonl.ts';

/** Yields the bytes of every record that begins before `end`, each a copy, with its offset; `isRecord` as for `recordsOfLine`. */
export async function* eachRecord(
  bytes: Bytes,
  end: number,
  isRecord: (value: JsonObject) => boolean,
  signal: AbortSignal,
): AsyncGenerator<{ offset: number; bytes: Uint8Array }> {
  for await (const batch of readLines(bytes, { offset: 0, lines: 0 }, signal)) {
    for (const line of batch) {
      if (line.offset >= end) return;
      for (const { offset, length } of recordsOfLine(line, '', isRecord).records) {
        const from = offset - line.offset;
        if (offset < end && line.bytes) yield { offset, bytes: line.bytes.slice(from, from + length) };
      }
    }
  }
}
