import { builtin } from '../builtin.ts';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** Returns H of format.md 1: sha256 of the UTF-8 parts joined by NUL, in Crockford base32, high bits first (52 characters). */
export function hash(...parts: string[]): string {
  return base32(builtin.crypto.createHash('sha256').update(parts.join('\0'), 'utf8').digest());
}

/** Returns bytes in lower-case Crockford base32, high bits first; the last character is filled up with zero bits. */
export function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += alphabet.charAt((held >> (bits - 5)) & 31);
  }
  return bits > 0 ? text + alphabet.charAt((held << (5 - bits)) & 31) : text;
}

/** Returns the first 16 hex digits of a sha256: the name of attachments and of native ids that are no path. */
export function shortHash(content: string | Uint8Array): string {
  return builtin.crypto.createHash('sha256').update(content).digest('hex').slice(0, 16);
}
