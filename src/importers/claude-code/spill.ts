import type { JsonObject } from '../kit/jsonl.ts';
import { blocksOf, isResult, messageBlocks, object, string } from './record.ts';

const saved = /Full output saved to: ([^\n]+)/;

/**
 * Returns the name of the companion file that holds the whole of a tool result too large for its record, relative to the
 * session's folder; undefined for a result that stands in its record. A recorded path counts by its last part alone, so it
 * cannot lead anywhere else.
 */
export function spilled(record: JsonObject, block: JsonObject): string | undefined {
  const text = blocksOf(block.content)
    .map((part) => string(part.text))
    .find((part) => part.trimStart().startsWith('<persisted-output>'));
  if (text === undefined) return undefined;
  const single = messageBlocks(record).filter(isResult).length === 1;
  const path = (single ? string(object(record.toolUseResult).persistedOutputPath) : '') || (saved.exec(text)?.[1] ?? '');
  const name = path.trim().split(/[/\\]/).at(-1) ?? '';
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(name) ? `tool-results/${name}` : undefined;
}

/** Returns the companions that a record names. */
export function companionsOf(record: JsonObject): string[] {
  return record.type === 'user'
    ? messageBlocks(record)
        .filter(isResult)
        .flatMap((block) => spilled(record, block) ?? [])
    : [];
}
