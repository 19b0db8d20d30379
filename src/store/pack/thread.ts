// The program of the thread that packs (thread-packer.ts).
import { parentPort } from 'node:worker_threads';
import { type Batch, type PackedAlone, startPack } from './packer.ts';

/** What the thread is told. It answers all but what was packed elsewhere. */
export type Told = { pack: Batch } | { pass: PackedAlone } | 'index';

const packing = startPack();

parentPort?.on('message', (told: Told) => {
  if (told === 'index') {
    const index = packing.index();
    parentPort?.postMessage(index, [index.buffer as ArrayBuffer]);
  } else if ('pass' in told) packing.pass(told.pass);
  else {
    const packed = packing.pack(told.pack);
    parentPort?.postMessage(packed, [packed.contents.buffer as ArrayBuffer, packed.room.buffer as ArrayBuffer]);
  }
});
