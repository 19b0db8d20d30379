// The program of the thread that packs (thread-packer.ts).
import { parentPort } from 'node:worker_threads';
import { type Batch, startPack } from './packer.ts';

const pack = startPack();
parentPort?.on('message', (batch: Batch) => {
  const packed = pack(batch);
  parentPort?.postMessage(packed, [packed.bytes.buffer as ArrayBuffer]);
});
