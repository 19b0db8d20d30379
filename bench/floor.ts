// The floor of a bulk import: reads bytes, hashes them with sha1 and deflates them at level 1, on one thread, and stores nothing.
// node --import tsx floor.ts blobs <output of git cat-file --batch> | files <list of paths>; prints {"seconds", "bytes"}.
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { deflateSync } from 'node:zlib';

const pieceSize = 1 << 20;
let total = 0;

function work(bytes: Uint8Array): void {
  createHash('sha1').update(bytes).digest();
  deflateSync(bytes, { level: 1 });
  total += bytes.length;
}

/** Takes every blob as one object, as git stores them. */
function blobs(path: string): void {
  const file = openSync(path, 'r');
  let held: Buffer = Buffer.alloc(0);
  const fill = (length: number): boolean => {
    while (held.length < length) {
      const more = Buffer.allocUnsafe(Math.max(pieceSize, length - held.length));
      const read = readSync(file, more, 0, more.length, null);
      if (read === 0) return false;
      held = Buffer.concat([held, more.subarray(0, read)]);
    }
    return true;
  };
  while (fill(64) || held.length > 0) {
    const end = held.indexOf(10);
    const size = Number(held.toString('latin1', 0, end).split(' ')[2]);
    if (end < 0 || !fill(end + 2 + size)) throw new Error(`${path} ends inside an object`);
    work(held.subarray(end + 1, end + 1 + size));
    held = held.subarray(end + 2 + size);
  }
  closeSync(file);
}

/** Takes every file in pieces of 1 MB. */
function files(list: string): void {
  for (const path of readFileSync(list, 'utf8').split('\n').filter(Boolean)) {
    const bytes = readFileSync(path);
    for (let at = 0; at < bytes.length; at += pieceSize) work(bytes.subarray(at, at + pieceSize));
  }
}

const [kind, path = ''] = process.argv.slice(2);
const began = process.hrtime.bigint();
if (kind === 'blobs') blobs(path);
else files(path);
console.log(JSON.stringify({ seconds: Number(process.hrtime.bigint() - began) / 1e9, bytes: total }));
