/**
 * Returns what a delta makes of its base (gitformat-pack(5), "Deltified representation"); undefined when it does not fit to it, and when
 * it states more than `most` bytes.
 */
export function applyDelta(base: Uint8Array, delta: Uint8Array, most: number): Uint8Array | undefined {
  const at = { value: 0 };
  if (readSize(delta, at) !== base.length) return undefined;
  const size = readSize(delta, at);
  if (!(size <= most)) return undefined;
  const result = new Uint8Array(size);
  let end = 0;
  while (at.value < delta.length) {
    const code = delta[at.value++] ?? 0;
    if (code === 0) return undefined;
    const [from, start, length] = code & 0x80 ? [base, ...readCopy(delta, at, code)] : [delta, at.value, code];
    if (start + length > from.length || end + length > result.length) return undefined;
    result.set(from.subarray(start, start + length), end);
    end += length;
    if (from === delta) at.value += length;
  }
  return end === result.length ? result : undefined;
}

interface Place {
  value: number;
}

/** Seven bits a byte, the lowest first; NaN where the bytes end before the size does. */
function readSize(bytes: Uint8Array, at: Place): number {
  let size = 0;
  for (let unit = 1; at.value < bytes.length; unit *= 128) {
    const byte = bytes[at.value++] ?? 0;
    size += (byte & 0x7f) * unit;
    if ((byte & 0x80) === 0) return size;
  }
  return Number.NaN;
}

/** The bits of the code say which bytes of offset and length follow; a length of 0 is 64 KB. */
function readCopy(bytes: Uint8Array, at: Place, code: number): [start: number, length: number] {
  let start = 0;
  let length = 0;
  for (let bit = 0; bit < 4; bit += 1) if (code & (1 << bit)) start += (bytes[at.value++] ?? 0) * 256 ** bit;
  for (let bit = 0; bit < 3; bit += 1) if (code & (16 << bit)) length += (bytes[at.value++] ?? 0) * 256 ** bit;
  return [start, length || 0x10000];
}
