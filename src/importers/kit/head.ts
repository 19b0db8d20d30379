import type { Host } from '../../host.ts';
import type { Bytes } from '../importer.ts';
import { type JsonObject, readLines, recordsOfLine } from './jsonl.ts';

/** How much of a file is read to tell whose it is. */
export const headSize = 256 << 10;

/** Returns the first bytes of a file. Throws when it cannot be read. */
export async function readHead(path: string, host: Host): Promise<Uint8Array> {
  const file = await host.fs.open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(headSize), 0, headSize, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Returns true when a line of the head gives a record that is the tool's own. `isRecord`: see `recordsOfLine`. */
export async function hasRecord(
  head: Uint8Array,
  host: Host,
  isRecord: (value: JsonObject) => boolean,
  isOwn: (value: JsonObject) => boolean,
): Promise<boolean> {
  for await (const lines of readLines(onePiece(head), { offset: 0, lines: 0 }, host.signal)) {
    for (const line of lines) if (recordsOfLine(line, '', isRecord).records.some(({ value }) => isOwn(value))) return true;
  }
  return false;
}

/** Returns true when the head ends within its first line, and that line begins like this. */
export function beginsLongLine(head: Uint8Array, beginning: RegExp): boolean {
  return head.length >= headSize && !head.includes(10) && beginning.test(new TextDecoder().decode(head.subarray(0, 8192)));
}

const onePiece = (data: Uint8Array): Bytes => ({
  size: data.length,
  read: async (offset, length) => data.subarray(offset, offset + length),
  async *stream(from) {
    yield data.subarray(from);
  },
  close: async () => {},
});
