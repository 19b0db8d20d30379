import { lineEnds } from './growth.ts';

/** Returns the lines of a file with their ends; what stands behind the last end is one, too. */
export function lines(data: Uint8Array): Buffer[] {
  const ends = [0, ...lineEnds(data)];
  if (ends.at(-1) !== data.length) ends.push(data.length);
  return ends.slice(1).map((end, index) => Buffer.from(data.subarray(ends[index], end)));
}

/** Whether a line is a record that an importer must read. */
export function isRecordLine(line: Buffer): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(line);
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) && !/(?:[[{][^[\]{}]*){200}/.test(text);
  } catch {
    return false;
  }
}

/** Two whole records on one line are read, so their line need not be named. */
export function isGlued(line: Buffer): boolean {
  const text = line
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
    .trim();
  for (let at = text.indexOf('}'); at >= 0; at = text.indexOf('}', at + 1)) {
    const [left, right] = [text.slice(0, at + 1), text.slice(at + 1).trim()];
    if (!right.startsWith('{')) continue;
    if (isRecordLine(Buffer.from(left)) && (isRecordLine(Buffer.from(right)) || isGlued(Buffer.from(right)))) return true;
  }
  return false;
}
