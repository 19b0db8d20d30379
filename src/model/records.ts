import type { RecordIds } from './turn.ts';

const plain = /^[A-Za-z0-9_.:-]+$/;

/** Returns the records line of a page (format.md 4), without a line end. */
export function printRecords(records: RecordIds): string {
  let line = '<!-- records';
  for (const id of records.kept) line += ` ${printRecordId(id)}`;
  if (records.others.length > 0) line += ' +';
  for (const id of records.others) line += ` ${printRecordId(id)}`;
  return `${line} -->`;
}

/** Returns the ids of a records line; undefined when the line is none. */
export function parseRecords(line: string): RecordIds | undefined {
  if (!line.startsWith('<!-- records') || !line.endsWith(' -->')) return undefined;
  const words = line.slice('<!-- records'.length, -' -->'.length);
  if (words !== '' && !words.startsWith(' ')) return undefined;
  const ids = words === '' ? [] : words.slice(1).split(' ');
  const plus = ids.indexOf('+');
  const kept = plus < 0 ? ids : ids.slice(0, plus);
  const others = plus < 0 ? [] : ids.slice(plus + 1);
  return { kept: kept.map(parseRecordId), others: others.map(parseRecordId) };
}

/** A turn of a line as reconciling compares it. */
export interface LineRecord {
  turn: string;
  /** Ids of the records that a replay keeps. */
  kept: readonly string[];
}

/**
 * Returns whether line `a` is contained in line `b` (sync.md 2): no longer, the same turns, and the same kept records everywhere but in
 * the last turn of `a`, whose records may go on in `b`.
 */
export function le(a: readonly LineRecord[], b: readonly LineRecord[]): boolean {
  return a.every(({ turn, kept }, i) => {
    const other = b[i];
    if (!other || other.turn !== turn) return false;
    if (i < a.length - 1 && kept.length !== other.kept.length) return false;
    return kept.length <= other.kept.length && kept.every((id, k) => id === other.kept[k]);
  });
}

// Ids are 8 characters of a native id. Whatever a tool puts there, the line stays one line and one comment.
function printRecordId(id: string): string {
  if (plain.test(id) && !id.includes('--')) return id;
  let text = id === '' ? '%' : '';
  for (let i = 0; i < id.length; i += 1) {
    const unit = id.charAt(i);
    text += /[A-Za-z0-9_.:]/.test(unit) ? unit : `%${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  }
  return text;
}

function parseRecordId(word: string): string {
  if (!word.includes('%')) return word;
  return word.replace(/%([0-9a-f]{4})?/g, (_, hex: string | undefined) => (hex ? String.fromCharCode(Number.parseInt(hex, 16)) : ''));
}
