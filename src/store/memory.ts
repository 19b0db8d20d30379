/** Memory that is used again and again: fresh memory for each of thousands of files takes longer than reading them, and has the heap tidied up. */
export interface Memory {
  /** Returns at least so many bytes, with anything in them. */
  take(size: number): Buffer<ArrayBuffer>;
  /** Takes bytes back: whoever gave them keeps nothing of them. */
  giveBack(bytes: Buffer<ArrayBuffer>): void;
}

/** Pieces that wait to be used again, and the largest one. */
const [spares, largest] = [3, 8 << 20];
const smallest = 256 << 10;

/** Returns memory that keeps a few pieces for later. */
export function spareMemory(): Memory {
  const spare: Buffer<ArrayBuffer>[] = [];
  return {
    take(size) {
      const at = spare.findIndex(({ length }) => length >= size);
      return at < 0 ? Buffer.allocUnsafeSlow(Math.max(smallest, size)) : (spare.splice(at, 1)[0] ?? Buffer.allocUnsafeSlow(size));
    },
    giveBack(bytes) {
      if (bytes.length > largest) return;
      spare.push(bytes);
      spare.sort((a, b) => a.length - b.length);
      if (spare.length > spares) spare.shift();
    },
  };
}
