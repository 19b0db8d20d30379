// The program of the thread that packs (thread-packer.ts).
import { parentPort } from 'node:worker_threads';
import { type Batch, startPack } from './packer.ts';

const { pack, pass } = startPack();
parentPort?.on('message', (told: Batch | number) => {
  if (typeof told === 'number') return pass(told);
  const packed = pack(told);
  parentPort?.postMessage(packed, [packed.contents.buffer as ArrayBuffer, packed.room.buffer as ArrayBuffer]);
});
