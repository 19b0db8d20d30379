/** Most that one copy instruction takes, and the most of new bytes in one insertion (gitformat-pack(5)). */
const mostCopied = 0xffffff;
const mostInserted = 0x7f;

/**
 * Returns the delta that makes one content of another (gitformat-pack(5), "Deltified representation") by what they begin and
 * end with alike; undefined when it would not be half as long. Made for trees: a row is added, or an id in it changes.
 */
export function makeDelta(base: Uint8Array, target: Uint8Array): Uint8Array | undefined {
  const shorter = Math.min(base.length, target.length);
  let begin = 0;
  while (begin < shorter && base[begin] === target[begin]) begin += 1;
  let end = 0;
  while (end < shorter - begin && base[base.length - 1 - end] === target[target.length - 1 - end]) end += 1;
  if (target.length - begin - end > target.length / 2) return undefined;
  const delta: number[] = [];
  addSize(delta, base.length);
  addSize(delta, target.length);
  addCopy(delta, 0, begin);
  for (let at = begin; at < target.length - end; at += mostInserted) {
    const piece = target.subarray(at, Math.min(at + mostInserted, target.length - end));
    delta.push(piece.length, ...piece);
  }
  addCopy(delta, base.length - end, end);
  return Uint8Array.from(delta);
}

function addSize(delta: number[], size: number): void {
  for (let rest = size; ; rest = Math.floor(rest / 128)) {
    delta.push(rest >= 128 ? (rest & 0x7f) | 0x80 : rest);
    if (rest < 128) return;
  }
}

function addCopy(delta: number[], from: number, length: number): void {
  for (let done = 0; done < length; done += mostCopied) {
    const [start, size] = [from + done, Math.min(mostCopied, length - done)];
    const code = delta.push(0x80) - 1;
    for (let byte = 0; byte < 4; byte += 1) addByte(delta, code, 1 << byte, Math.floor(start / 256 ** byte) & 0xff);
    for (let byte = 0; byte < 3; byte += 1) addByte(delta, code, 16 << byte, (size >> (8 * byte)) & 0xff);
  }
}

/** A zero is left out, and its bit in the instruction is not set. */
function addByte(delta: number[], code: number, bit: number, byte: number): void {
  if (byte === 0) return;
  delta[code] = (delta[code] ?? 0) | bit;
  delta.push(byte);
}
