import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Bytes } from '../../../src/importers/importer.ts';
import { scanValue } from '../../../src/importers/kit/json-scan.ts';
import { type Line, maxLine, readLines, recordsOfLine } from '../../../src/importers/kit/jsonl.ts';

const signal = new AbortController().signal;

function inMemory(data: Uint8Array, piece: number): Bytes {
  return {
    size: data.length,
    read: async (offset, length) => data.subarray(offset, offset + length),
    async *stream(from) {
      for (let at = from; at < data.length; at += piece) yield data.subarray(at, at + piece);
    },
    close: async () => {},
  };
}

async function linesOf(data: Uint8Array, piece: number): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const batch of readLines(inMemory(data, piece), { offset: 0, lines: 0 }, signal)) lines.push(...batch);
  return lines;
}

const isRecord = (value: { [key: string]: unknown }) => typeof value.type === 'string';

async function content(text: string | Uint8Array) {
  const [line] = await linesOf(Buffer.from(text), 7);
  assert.ok(line);
  return recordsOfLine(line, 'a.jsonl', isRecord);
}

test('lines are cut at LF alone, whatever the pieces, and are the file byte for byte', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), fc.integer({ min: 1, max: 9 }), async (noise, piece) => {
      const data = noise.map((byte) => (byte % 3 === 0 ? 10 : byte));
      const lines = await linesOf(data, piece);
      assert.deepEqual(Buffer.concat(lines.map((line) => line.bytes ?? new Uint8Array())), Buffer.from(data));
      assert.deepEqual(
        lines.map((line) => line.number),
        lines.map((_, index) => index + 1),
      );
      for (const line of lines) assert.equal(line.terminated, line.bytes?.at(-1) === 10);
    }),
  );
});

test('U+2028, U+2029 and U+0085 do not cut a line', async () => {
  const text = '{"type":"a","text":"x\u2028y\u2029z\u0085"}';
  const lines = await linesOf(Buffer.from(`${text}\n`), 5);
  assert.equal(lines.length, 1);
  assert.deepEqual((await content(text)).records[0]?.value, { type: 'a', text: 'x\u2028y\u2029z\u0085' });
});

test('a line over the limit is counted and named, never held', async () => {
  const piece = new Uint8Array(1 << 20).fill(97);
  const bytes: Bytes = {
    size: 0,
    read: async () => new Uint8Array(),
    async *stream() {
      for (let count = 0; count < 600; count += 1) yield piece;
      yield Buffer.from('\n{"type":"a"}\n');
    },
    close: async () => {},
  };
  const lines: Line[] = [];
  for await (const batch of readLines(bytes, { offset: 0, lines: 0 }, signal)) lines.push(...batch);
  const [long, short] = lines;
  assert.ok(long && short);
  assert.equal(long.length, 600 * (1 << 20) + 1);
  assert.ok(long.length > maxLine && long.bytes === undefined);
  const named = recordsOfLine(long, 'a.jsonl', isRecord).skipped[0];
  assert.equal(named?.kept, false);
  assert.equal(named?.reason, 'longer than 64 MB');
  assert.equal(recordsOfLine(short, 'a.jsonl', isRecord).records[0]?.offset, long.length);
});

test('damage is named with its place and the records behind it are salvaged', async () => {
  const good = '{"type":"b","n":1}';
  const cases: [string, string | Uint8Array, number, string[]][] = [
    ['whole', `${good}\n`, 1, []],
    ['CRLF', `${good}\r\n`, 1, []],
    ['BOM', `\ufeff${good}\n`, 1, []],
    ['blank', ' \t\r\n', 0, []],
    ['cut', '{"type":"b","n":"x\n', 0, ['1:19 not JSON: ends inside a string']],
    ['cut behind a nested object', '{"a":{"kind":"x"}\n', 0, ['1:18 not JSON: ends before its closing brace']],
    ['cut behind a record inside a record', '{"a":{"type":"x"},"b\n', 0, ['1:21 not JSON: ends inside a string']],
    ['spliced', `{"type":"a","text":"hal${good}\n`, 1, ['1:26 not JSON: unexpected text']],
    ['glued', `${good}${good}\n`, 2, []],
    ['NUL run', `\0\0\0${good}\n`, 1, ['1:1 3 NUL bytes']],
    ['NUL line', '\0\0\n', 0, ['1:1 2 NUL bytes']],
    ['NUL tail', `${good}\0\n`, 1, ['1:19 1 NUL byte']],
    ['a number', '12\n', 0, ['1:1 not a JSON object']],
    ['deep', `${'{"a":'.repeat(300)}1${'}'.repeat(300)}\n`, 0, ['1:1 nested deeper than 256']],
    [
      'not UTF-8',
      Buffer.from([...Buffer.from('{"type":"é\ufffd'), 0xff, 0x22, 0x7d]),
      1,
      ['1:15 not UTF-8; read with replacement characters'],
    ],
    ['words', 'hello\n', 0, ['1:1 not JSON: unexpected text']],
  ];
  for (const [name, text, records, reasons] of cases) {
    const got = await content(text);
    assert.equal(got.records.length, records, name);
    assert.deepEqual(
      got.skipped.map((skipped) => `${skipped.line}:${skipped.column} ${skipped.reason}`),
      reasons,
      name,
    );
  }
});

test('an offset points at the bytes of its record, also behind letters of several bytes', async () => {
  const first = '{"type":"ä€😀"}';
  const got = await content(`${first} {"type":"b"}\n`);
  const [, second] = got.records;
  assert.equal(second?.offset, Buffer.byteLength(first) + 1);
  assert.equal(second?.length, 12);
});

test('the scanner agrees with JSON.parse', () => {
  const samples = fc.oneof(
    fc.json(),
    fc.json().map((text) => text.slice(0, -1)),
    fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', ',', ':', '1', '-', '.', 'e', '\\', 'u', 't', 'true', ' ') }),
  );
  fc.assert(
    fc.property(samples, (text) => {
      let valid = true;
      try {
        JSON.parse(text);
      } catch {
        valid = false;
      }
      const scan = scanValue(text, 0, text.length);
      const whole = 'end' in scan && text.slice(scan.end).trim() === '';
      assert.equal(whole, valid, text);
    }),
    { numRuns: 500 },
  );
});

test('deep nesting and many openings end quickly', async () => {
  const started = process.hrtime.bigint();
  await content(`${'['.repeat(1_000_000)}\n`);
  await content(`${'{"'.repeat(500_000)}\n`);
  await content(`${'{"a":'.repeat(200_000)}\n`);
  assert.ok(process.hrtime.bigint() - started < 8_000_000_000n);
});
