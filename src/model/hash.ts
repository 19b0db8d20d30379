import { builtin } from '../builtin.ts';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** Returns H of format.md 1: sha256 of the UTF-8 parts joined by NUL, in Crockford base32, high bits first (52 characters). */
export function hash(...parts: string[]): string {
  return base32(sha256(parts));
}

/** Returns the first 12 characters of H, which is most of what is asked for. */
export function hash12(...parts: string[]): string {
  return base32(sha256(parts).subarray(0, 8)).slice(0, 12);
}

/** Returns the first 24 bits of H: the check of a mark. */
export function hash24(...parts: string[]): number {
  return Buffer.from(sha256(parts).subarray(0, 3)).readUIntBE(0, 3);
}

const sha256 = (parts: string[]): Uint8Array => builtin.crypto.hash('sha256', parts.join('\0'), 'buffer');

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

/** Returns the sha256 of a content in hex. */
export function hexHash(content: string | Uint8Array): string {
  return builtin.crypto.hash('sha256', content);
}

/** Returns the first 16 hex digits of a sha256: the name of attachments and of native ids that are no path. */
export function shortHash(content: string | Uint8Array): string {
  return hexHash(content).slice(0, 16);
}

/** Returns the sha256 of a text in base64: how a policy of a page names a style sheet. */
export function base64Hash(text: string): string {
  return builtin.crypto.hash('sha256', text, 'base64');
}
