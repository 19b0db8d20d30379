import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decompressedHead, unzstd } from '../../../src/importers/kit/zstd.ts';
import { countedBytes, type Reads } from '../../support/importer.ts';

const blockSize = 128 << 10;
const header = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38];

/** Returns a block header (RFC 8878, 3.1.1.2): type 0 holds its bytes, type 1 one byte to repeat. */
function blockHeader(size: number, type: 0 | 1, last: boolean): number[] {
  const value = (size << 3) | (type << 1) | (last ? 1 : 0);
  return [value & 255, (value >> 8) & 255, value >> 16];
}

/** Returns a zstd frame that holds its content as it is. */
function stored(data: Uint8Array): Buffer {
  const parts: Uint8Array[] = [Uint8Array.from(header)];
  for (let at = 0; at === 0 || at < data.length; at += blockSize) {
    const block = data.subarray(at, at + blockSize);
    parts.push(Uint8Array.from(blockHeader(block.length, 0, at + blockSize >= data.length)), block);
  }
  return Buffer.concat(parts);
}

/** Returns a frame of blocks that each repeat one byte: a block's byte is its number. */
function repeated(blocks: number): Buffer {
  const bytes = [...header];
  for (let index = 0; index < blocks; index += 1) bytes.push(...blockHeader(blockSize, 1, index === blocks - 1), index & 255);
  return Buffer.from(bytes);
}

async function streamed(bytes: { stream(from: number): AsyncIterable<Uint8Array> }, from = 0): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes.stream(from)) pieces.push(piece);
  return Buffer.concat(pieces);
}

const text = Buffer.from(Array.from({ length: 40_000 }, (_, index) => `line ${index}\n`).join(''));

test('frames one after the other are one file', async () => {
  const bytes = await unzstd(countedBytes(Buffer.concat([stored(text), stored(Buffer.from('more\n'))])));
  const whole = Buffer.concat([text, Buffer.from('more\n')]);
  assert.equal(bytes.size, whole.length);
  assert.equal(bytes.broken, undefined);
  assert.ok((await streamed(bytes)).equals(whole));
  assert.ok((await streamed(bytes, 200_001)).equals(whole.subarray(200_001)));
  assert.ok(Buffer.from(await bytes.read(131_000, 300)).equals(whole.subarray(131_000, 131_300)));
  assert.ok(Buffer.from(await bytes.read(whole.length - 5, 100)).equals(Buffer.from('more\n')));
  assert.equal((await bytes.read(whole.length, 10)).length, 0);
});

test('a file greater than memory is read through a window, forward in one run', async () => {
  const blocks = 700;
  const reads: Reads = { ranges: [], streams: [] };
  const bytes = await unzstd(countedBytes(repeated(blocks), reads));
  assert.equal(bytes.size, blocks * blockSize);
  assert.equal(reads.streams.length, 1);
  const at = async (offset: number, length = 4) => [...(await bytes.read(offset, length))];
  for (let block = 1; block < blocks - 2; block += 60)
    assert.deepEqual(
      await at(block * blockSize - 2),
      [block - 1, block - 1, block, block].map((value) => value & 255),
    );
  assert.equal(reads.streams.length, 2);
  assert.deepEqual(await at(bytes.size - 4), [187, 187, 187, 187]);
  assert.equal(reads.streams.length, 2, 'the end is remembered');
  assert.deepEqual(await at(blockSize), [1, 1, 1, 1]);
  assert.equal(reads.streams.length, 3, 'going back begins anew');
  assert.equal((await bytes.read(blockSize * 3, blockSize * 100)).length, blockSize * 100);
});

test('where a frame is cut or damaged the bytes end, and it is told', async () => {
  const frame = stored(text);
  const cut = await unzstd(countedBytes(frame.subarray(0, 300_000)));
  assert.ok(cut.broken && cut.size > 0 && cut.size <= 300_000);
  assert.ok((await streamed(cut)).equals(text.subarray(0, cut.size)));
  const damaged = Buffer.concat([stored(Buffer.from('good\n')), Buffer.from('this is no frame at all')]);
  const bytes = await unzstd(countedBytes(damaged));
  assert.deepEqual([bytes.broken !== undefined, (await streamed(bytes)).toString()], [true, 'good\n']);
  await assert.rejects(unzstd(countedBytes(Buffer.from('plain text, not compressed'))), /cannot be decompressed/);
});

test('an empty frame and an empty file', async () => {
  assert.equal((await unzstd(countedBytes(stored(new Uint8Array(0))))).size, 0);
  assert.equal((await streamed(await unzstd(countedBytes(stored(new Uint8Array(0)))))).length, 0);
});

test('the head of a file, of which only the head was read', () => {
  assert.ok(Buffer.from(decompressedHead(stored(text).subarray(0, 140_000), 1000)).equals(text.subarray(0, 1000)));
  assert.equal(decompressedHead(repeated(10_000), 5000).length, 5000);
  assert.equal(decompressedHead(Buffer.from('plain'), 1000).length, 0);
});
