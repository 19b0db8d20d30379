import { fail } from '../../errors.ts';
import type { Json } from '../json.ts';
import { commentJson, parseJson } from './json-text.ts';

/** What stands before every part: `<!-- 2 call toolu_01 {"input":{"timeout":5000}} -->`. */
export interface Marker {
  step: number;
  kind: string;
  /** Native id of a call, media type of an attachment. */
  word?: string;
  data: MarkerData;
}

/** What the display of a part does not carry exactly. */
export interface MarkerData {
  /** The word, when it is not fit to stand as one. */
  id?: string;
  label?: string;
  call?: string;
  name?: string;
  type?: string;
  /** The input of a call, without what its fences show, or with `↑` in its place. */
  input?: Json;
  agents?: string[];
  /** Attachments in a result, in their order. */
  files?: { media: string; name?: string }[];
  /** Types of the unknown blocks in a result, in their order. */
  types?: string[];
  /** The result is one empty text. */
  blank?: true;
  /** The texts of the part are escaped. */
  escaped?: true;
  /** The text ends in a code block that the page closes with this line. */
  fence?: string;
  /** The text stands in an attachment. */
  spilled?: true;
}

const word = /^[A-Za-z0-9_.:/+]+(?:-[A-Za-z0-9_.:/+]+)*$/;
const line = /^<!-- (\d{1,7}) ([a-z]+)(?: ([A-Za-z0-9_.:/+-]+))?(?: (\{.*\}))? -->$/s;

/** Returns the marker's line, with its line end. `id` is the word, whatever it is. */
export function printMarker(step: number, kind: string, data: MarkerData, id?: string): string {
  const isWord = id !== undefined && id.length <= 200 && word.test(id);
  const all = id === undefined || isWord ? data : { id, ...data };
  const json = Object.keys(all).length === 0 ? '' : ` ${commentJson(all as Json)}`;
  return `<!-- ${step} ${kind}${isWord ? ` ${id}` : ''}${json} -->\n`;
}

/** Returns a marker; throws `bad-page` when the line is none. */
export function parseMarker(text: string): Marker {
  const match = line.exec(text);
  if (!match?.[1] || !match[2]) throw fail('bad-page', { reason: `expected a marker, found ${JSON.stringify(text.slice(0, 80))}` });
  const data = match[4] === undefined ? {} : checkData(parseJson(match[4]));
  const id = match[3] ?? data.id;
  return { step: Number(match[1]), kind: match[2], data, ...(id === undefined ? {} : { word: id }) };
}

const isText = (value: Json) => typeof value === 'string';
const isTexts = (value: Json) => Array.isArray(value) && value.every(isText);
const isTrue = (value: Json) => value === true;
const isFile = (value: Json) =>
  value !== null &&
  typeof value === 'object' &&
  !Array.isArray(value) &&
  typeof value.media === 'string' &&
  (value.name === undefined || typeof value.name === 'string');

const checks: Record<keyof MarkerData, (value: Json) => boolean> = {
  id: isText,
  label: isText,
  call: isText,
  name: isText,
  type: isText,
  input: () => true,
  agents: isTexts,
  files: (value) => Array.isArray(value) && value.every(isFile),
  types: isTexts,
  blank: isTrue,
  escaped: isTrue,
  fence: isText,
  spilled: isTrue,
};

function checkData(value: Json): MarkerData {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw fail('bad-page', { reason: 'a marker without an object' });
  for (const key in value) {
    const field = value[key];
    if (Object.hasOwn(checks, key) && field !== undefined && !checks[key as keyof MarkerData](field))
      throw fail('bad-page', { reason: `a marker's "${key}" cannot be read` });
  }
  return value as MarkerData;
}
