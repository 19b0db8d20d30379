/** The words of a text as the smallest of their hashes: enough to tell how much two texts have in common. */
export type Sketch = Uint32Array;

const most = 128;
/** As much of a text as is looked at. */
const sample = 8_000;

/** Returns the sketch of a text; of few words it is exact. */
export function sketchOf(text: string): Sketch {
  const hashes = new Set<number>();
  for (const word of text
    .slice(0, sample)
    .toLowerCase()
    .match(/[\p{L}\p{N}_]+/gu) ?? [])
    hashes.add(hashOf(word));
  return Uint32Array.from(hashes).sort().slice(0, most);
}

/** FNV-1a over UTF-16 units, and a last mix so that order says nothing of the word. */
function hashOf(word: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < word.length; at += 1) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** Returns how alike the words of two texts are, 0 to 1 (Dice): twice those in both, by those in each. 1 for two texts without words. */
export function likeness(a: Sketch, b: Sketch): number {
  if (a.length === 0 || b.length === 0) return a.length === b.length ? 1 : 0;
  // Beyond the end of a full sketch the other one's hashes have no counterpart to be found.
  const end = Math.min(lastOf(a), lastOf(b));
  let left = 0;
  let right = 0;
  let both = 0;
  while (left < a.length && right < b.length) {
    const x = a[left] ?? 0;
    const y = b[right] ?? 0;
    if (x === y) both += 1;
    if (x <= y) left += 1;
    if (y <= x) right += 1;
  }
  return (2 * both) / ((lastOf(a) === end ? a.length : left) + (lastOf(b) === end ? b.length : right));
}

const lastOf = (sketch: Sketch): number => (sketch.length < most ? Number.POSITIVE_INFINITY : (sketch.at(-1) ?? 0));
