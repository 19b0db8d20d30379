/** Most that one copy instruction takes, and the most of new bytes in one insertion (gitformat-pack(5)). */
const mostCopied = 0xffffff;
const mostInserted = 0x7f;

/** Bytes that a size and a copy take at most. */
const [sizeLength, copyLength] = [8, 8];

/**
 * Returns the delta that makes one content of another (gitformat-pack(5), "Deltified representation") by what they begin and
 * end with alike, of which `like` tells at least a part; undefined when it would not be half as long, and of nothing: git refuses a delta
 * of less than four bytes. Made for trees: a row is added, or an id in it changes.
 */
export function makeDelta(base: Uint8Array, target: Uint8Array, like: { begin: number; end: number }): Uint8Array | undefined {
  if (target.length === 0) return undefined;
  const shorter = Math.min(base.length, target.length);
  let begin = Math.min(shorter, like.begin);
  while (begin < shorter && base[begin] === target[begin]) begin += 1;
  let end = Math.min(shorter - begin, like.end);
  while (end < shorter - begin && base[base.length - 1 - end] === target[target.length - 1 - end]) end += 1;
  const fresh = target.length - begin - end;
  if (fresh > target.length / 2) return undefined;
  const copies = Math.ceil(begin / mostCopied) + Math.ceil(end / mostCopied);
  const delta = new Uint8Array(2 * sizeLength + copies * copyLength + fresh + Math.ceil(fresh / mostInserted));
  let at = addSize(delta, addSize(delta, 0, base.length), target.length);
  at = addCopy(delta, at, 0, begin);
  for (let from = begin; from < begin + fresh; from += mostInserted) {
    const piece = target.subarray(from, Math.min(from + mostInserted, begin + fresh));
    delta[at] = piece.length;
    delta.set(piece, at + 1);
    at += 1 + piece.length;
  }
  return delta.subarray(0, addCopy(delta, at, base.length - end, end));
}

/** Writes a size behind `at`, 7 bits a byte, lowest first; returns where it ends, as the others below. */
function addSize(delta: Uint8Array, at: number, size: number): number {
  let rest = size;
  let end = at;
  for (; rest >= 128; rest = Math.floor(rest / 128)) delta[end++] = (rest & 0x7f) | 0x80;
  delta[end++] = rest;
  return end;
}

function addCopy(delta: Uint8Array, at: number, from: number, length: number): number {
  let end = at;
  for (let done = 0; done < length; done += mostCopied) end = addPiece(delta, end, from + done, Math.min(mostCopied, length - done));
  return end;
}

/** A byte of place or size that is zero is left out, and its bit in the instruction is not set. */
function addPiece(delta: Uint8Array, at: number, from: number, length: number): number {
  let code = 0x80;
  let end = at + 1;
  const add = (bit: number, byte: number) => {
    if (byte === 0) return;
    code |= bit;
    delta[end++] = byte;
  };
  for (let byte = 0; byte < 4; byte += 1) add(1 << byte, Math.floor(from / 256 ** byte) & 0xff);
  for (let byte = 0; byte < 3; byte += 1) add(16 << byte, (length >> (8 * byte)) & 0xff);
  delta[at] = code;
  return end;
}
