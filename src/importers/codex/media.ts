import type { AttachmentPart, UnknownPart } from '../../model/turn.ts';
import { object, string } from '../kit/fields.ts';
import type { JsonObject } from '../kit/jsonl.ts';

/** Returns the image of a content item as an attachment; one that is only a link stays as it is; undefined for one without any. */
export function imagePart(item: JsonObject): AttachmentPart | UnknownPart | undefined {
  const url = string(item.image_url) || string(object(item.image_url).url);
  if (url === '') return undefined;
  return dataPart(url) ?? { kind: 'unknown', type: string(item.type), value: item };
}

/** Returns the bytes of a `data:` address; undefined for another address. */
export function dataPart(url: string): AttachmentPart | undefined {
  const match = /^data:([a-z0-9.+-]+\/[a-z0-9.+-]+)(?:;[^,]*)?;base64,/i.exec(url.slice(0, 200));
  if (!match) return undefined;
  return {
    kind: 'attachment',
    media: (match[1] ?? '').toLowerCase(),
    data: new Uint8Array(Buffer.from(url.slice(match[0].length), 'base64')),
  };
}
