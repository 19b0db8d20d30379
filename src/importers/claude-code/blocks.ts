import type { AttachmentPart, Part, ResultStatus, ToolResult, UnknownPart } from '../../model/turn.ts';
import { object, string } from '../kit/fields.ts';
import type { JsonObject } from '../kit/jsonl.ts';
import type { Building } from './build.ts';
import { blocksOf, splitReminders } from './record.ts';
import { firstThere, spilled } from './spill.ts';

/** Returns an image or document block as an attachment, undefined for a block of another shape. */
export function attachmentOf(block: JsonObject): AttachmentPart | undefined {
  const source = object(block.source);
  if ((block.type !== 'image' && block.type !== 'document') || source.type !== 'base64') return undefined;
  const name = string(block.title);
  const media = string(source.media_type) || 'application/octet-stream';
  return { kind: 'attachment', media, ...(name === '' ? {} : { name }), data: Buffer.from(string(source.data), 'base64') };
}

/** Returns a block of a type that is not known here as it is. */
export const unknownBlock = (block: JsonObject): UnknownPart => ({ kind: 'unknown', type: string(block.type), value: block });

/** Returns the parts of what a person sent: text, images, and the reminders that the harness put before the text. */
export function promptParts(blocks: JsonObject[], kind: 'text' | 'prompt'): Part[] {
  return blocks.flatMap((block): Part[] => {
    if (block.type !== 'text') return [attachmentOf(block) ?? unknownBlock(block)];
    const { reminders, rest } = splitReminders(string(block.text));
    const parts: Part[] = reminders.map((text) => ({ kind: 'context', label: 'system-reminder', text }));
    return rest.trim() === '' ? parts : [...parts, { kind, text: rest }];
  });
}

/** Returns the result in a tool_result block, with the whole text of one that was spilled into a companion file. */
export async function resultOf(record: JsonObject, block: JsonObject, building: Building): Promise<ToolResult> {
  const whole = await firstThere(spilled(record, block, building.session), building.companion);
  if (whole) return { status: statusOf(record, block), content: [{ kind: 'text', text: new TextDecoder().decode(whole.bytes) }] };
  const parts = block.content === undefined ? [] : blocksOf(block.content);
  const content = parts.map((part): ToolResult['content'][number] =>
    part.type === 'text' && typeof part.text === 'string' ? { kind: 'text', text: part.text } : (attachmentOf(part) ?? unknownBlock(part)),
  );
  return { status: statusOf(record, block), content };
}

function statusOf(record: JsonObject, block: JsonObject): ResultStatus {
  const text = blocksOf(block.content)
    .map((part) => string(part.text))
    .join('\n');
  const refused = string(record.toolDenialKind) !== '' || (block.is_error === true && text.startsWith("The user doesn't want to "));
  if (refused) return 'rejected';
  return block.is_error === true ? 'failed' : 'ok';
}
