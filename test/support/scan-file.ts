// Scans one transcript and builds its last turn: node --import tsx test/support/scan-file.ts <path>. Prints what it took as JSON.
import { open } from 'node:fs/promises';
import { claudeCode } from '../../src/importers/claude-code/index.ts';
import type { Bytes, OutlineEvent, ReadContext } from '../../src/importers/importer.ts';
import { sourceFor } from './importer.ts';

const path = process.argv[2] ?? '';

async function fileBytes(): Promise<Bytes> {
  const file = await open(path, 'r');
  const { size } = await file.stat();
  const read = async (offset: number, length: number): Promise<Uint8Array> => {
    const buffer = new Uint8Array(Math.min(length, size - offset));
    await file.read(buffer, 0, buffer.length, offset);
    return buffer;
  };
  return {
    size,
    read,
    async *stream(from) {
      for (let at = from; at < size; at += 1 << 18) yield await read(at, 1 << 18);
    },
    close: () => file.close(),
  };
}

const context: ReadContext = { signal: new AbortController().signal, open: fileBytes, companion: async () => undefined, complete: true };
const source = sourceFor(claudeCode, path);
let [bytes, skipped] = [0, 0];
let outline: OutlineEvent | undefined;
for await (const event of claudeCode.scan(source, context)) {
  if (event.type === 'records') bytes += event.records.reduce((sum, record) => sum + record.length, 0);
  else if (event.type === 'skipped') skipped += 1;
  else if (event.type === 'outline') outline = event;
}
if (!outline) throw new Error('no outline');
const last = outline.turns.at(-1);
let steps = 0;
for await (const turn of claudeCode.turns(source, context, outline.cursor, new Set(last ? [last.id] : []))) steps += turn.steps.length;
const state = JSON.stringify(outline.cursor.state).length;
const { records } = outline.counts;
const peak = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ bytes, skipped, records, turns: outline.turns.length, steps, state, peak, seconds: process.uptime() }));
