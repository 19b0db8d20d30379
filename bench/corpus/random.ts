import { createHash } from 'node:crypto';

/** A stream of numbers that depends on its seed alone. */
export interface Random {
  /** An integer from `least` to `most`, both included. */
  int(least: number, most: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** A size around `middle`: half lie below it, a few are ten times as large. */
  size(middle: number): number;
  hex(digits: number): string;
  uuid(): string;
  /** Text that does not compress, as signatures and encrypted reasoning are. */
  base64(bytes: number): string;
}

/** Returns the numbers of a seed (sfc32). */
export function random(seed: string): Random {
  const next = numbers(seed);
  const fraction = () => next() / 2 ** 32;
  const int = (least: number, most: number) => least + Math.floor(fraction() * (most - least + 1));
  const bytes = (count: number) => {
    const buffer = Buffer.alloc(Math.ceil(count / 4) * 4);
    for (let at = 0; at < count; at += 4) buffer.writeUInt32LE(next(), at);
    return buffer.subarray(0, count);
  };
  const hex = (digits: number) =>
    bytes(Math.ceil(digits / 2))
      .toString('hex')
      .slice(0, digits);
  return {
    int,
    chance: (probability) => fraction() < probability,
    pick: (list) => {
      const item = list[int(0, list.length - 1)];
      if (item === undefined) throw new Error('nothing to pick from');
      return item;
    },
    size: (middle) => Math.round(middle * 10 ** (0.8 * (fraction() + fraction() + fraction() - 1.5))),
    hex,
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
    base64: (count) => bytes(count).toString('base64'),
  };
}

function numbers(seed: string): () => number {
  const digest = createHash('sha256').update(seed).digest();
  let [a, b, c, counter] = [0, 4, 8, 12].map((at) => digest.readUInt32LE(at)) as [number, number, number, number];
  return () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
}
