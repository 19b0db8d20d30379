/** Media types of images that hold no script, that every browser shows and that models take. */
export type ImageType = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';

/** Returns what an image is by its first bytes, whatever its source calls it; undefined for anything else, SVG too. */
export function imageType(data: Uint8Array): ImageType | undefined {
  const begins = (text: string, at = 0) => Buffer.from(data.subarray(at, at + text.length)).toString('latin1') === text;
  if (begins('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (begins('\xff\xd8\xff')) return 'image/jpeg';
  if (begins('GIF87a') || begins('GIF89a')) return 'image/gif';
  return begins('RIFF') && begins('WEBP', 8) ? 'image/webp' : undefined;
}
