import type { Bytes, Source } from '../importer.ts';
import { readLines, recordsOfLine } from '../kit/jsonl.ts';
import { isDocument, readDocument } from './document.ts';
import { type CodexRecord, isCodexRecord, recordOf } from './record.ts';
import type { Pile } from './state.ts';

/** Gives the records of a turn, in the order in which the file has them. */
export type RecordReader = (pile: Pile, signal: AbortSignal) => Promise<CodexRecord[]>;

/** Returns a reader of one source's turns. */
export async function recordReader(source: Source, bytes: Bytes): Promise<RecordReader> {
  if (!isDocument(source)) return (pile, signal) => recordsOfRanges(bytes, source.path, pile, signal);
  const records = await readDocument(source, bytes);
  return async ({ ranges }) => ranges.flatMap(([from, length]) => records.slice(from, from + length));
}

async function recordsOfRanges(bytes: Bytes, file: string, { ranges }: Pile, signal: AbortSignal): Promise<CodexRecord[]> {
  const records: CodexRecord[] = [];
  for (const [offset, length] of ranges) {
    for await (const batch of readLines(part(bytes, offset, length), { offset: 0, lines: 0 }, signal)) {
      for (const line of batch) for (const { value } of recordsOfLine(line, file, isCodexRecord).records) records.push(recordOf(value));
    }
  }
  return records;
}

const piece = 1 << 20;

/** Returns a run of bytes as a file of its own. */
function part(bytes: Bytes, offset: number, length: number): Bytes {
  return {
    size: length,
    read: (from, count) => bytes.read(offset + from, count),
    async *stream(from) {
      for (let at = from; at < length; at += piece) yield await bytes.read(offset + at, Math.min(piece, length - at));
    },
    close: async () => {},
  };
}
