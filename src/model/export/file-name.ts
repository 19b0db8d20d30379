import { shortHash } from '../hash.ts';

/** Bytes of a name that is made of a text: several stand in one path, and Windows takes 260 characters of all. */
const most = 40;
/** Names that mean a device to Windows, whatever stands behind a dot. */
const reserved = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/;

/**
 * Returns a name for a file or folder that every system takes, made of a text: letters and digits of any script in small letters, in NFC, what
 * stands between them as `-`; at most 40 bytes, of which a long text keeps its `end`, up to a word where that leaves half of it. '' where
 * nothing is left.
 */
export function fileName(text: string, end: 'start' | 'tail' = 'start'): string {
  const plain = text
    .slice(0, 4096)
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}.]+/gu, '-')
    .replace(/\.{2,}/g, '.');
  const characters = [...plain];
  if (end === 'tail') characters.reverse();
  const kept: string[] = [];
  let size = 0;
  for (const character of characters) {
    size += Buffer.byteLength(character);
    if (size > most) break;
    kept.push(character);
  }
  const gap = kept.lastIndexOf('-');
  if (size > most && characters[kept.length] !== '-' && gap > kept.length / 2) kept.length = gap;
  if (end === 'tail') kept.reverse();
  // A mark alone would stand on what comes before it in the path.
  const name = kept
    .join('')
    .normalize('NFC')
    .replace(/^[-.\p{M}]+|[-.]+$/gu, '');
  return reserved.test(name) ? `${name.replace(/\./g, '-')}_` : name;
}

/** Returns names for texts that no system takes for one another's, by text: where two would be, both end in a hash of theirs. */
export function fileNames(texts: Iterable<string>, other: string): Map<string, string> {
  const all = [...new Set(texts)].map((text) => ({ text, name: fileName(text, 'tail') || other }));
  const times = new Map<string, number>();
  const same = (name: string) => name.normalize('NFKD').toUpperCase().toLowerCase();
  for (const { name } of all) times.set(same(name), (times.get(same(name)) ?? 0) + 1);
  return new Map(all.map(({ text, name }) => [text, times.get(same(name)) === 1 ? name : `${name}-${shortHash(text).slice(0, 8)}`]));
}
