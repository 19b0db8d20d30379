import { availableParallelism } from 'node:os';
import { builtin } from '../../builtin.ts';
import { ownThread, type PackedBatch, type Packer } from './packer.ts';
import type { Told } from './thread.ts';

/** Returns the thread's program (thread.ts), which stands beside the bundle; run from its source, convo packs on the thread it has. */
const bundled = () => (import.meta.url.endsWith('.ts') ? undefined : new URL('./thread.cjs', import.meta.url));

/** Returns the packer for much: on a thread of its own where there is a program for it, and a second core that it could run on. */
export function packerForMuch(): Packer {
  const program = bundled();
  return program && availableParallelism() > 1 ? threadPacker(program) : ownThread();
}

interface Question {
  resolve: (answer: unknown) => void;
  reject: (error: Error) => void;
}

/** Returns a packer on a thread that runs `program`; a batch that is given to it is gone for the caller. */
export function threadPacker(program: URL): Packer {
  const thread = new builtin.workerThreads.Worker(program, { resourceLimits: { maxYoungGenerationSizeMb: 4 } });
  const waiting: Question[] = [];
  let failure: Error | undefined;
  const fail = (error: Error) => {
    failure ??= error;
    for (const { reject } of waiting.splice(0)) reject(failure);
  };
  thread.on('message', (answer) => waiting.shift()?.resolve(answer));
  thread.on('error', fail);
  thread.on('exit', (code) => fail(new Error(`the thread that packs ended with code ${code}`)));
  const ask = <Answer>(told: Told, given: ArrayBuffer[] = []) =>
    new Promise<Answer>((resolve, reject) => {
      if (failure) return reject(failure);
      waiting.push({ resolve: resolve as Question['resolve'], reject });
      thread.postMessage(told, given);
    });
  return {
    pack: (batch) => ask<PackedBatch>({ pack: batch }, [batch.contents.buffer as ArrayBuffer, batch.room.buffer as ArrayBuffer]),
    pass: (alone) => thread.postMessage({ pass: alone } satisfies Told),
    index: () => ask<Uint8Array>('index'),
    close: async () => {
      await thread.terminate();
    },
  };
}
