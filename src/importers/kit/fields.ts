import type { Json } from '../../model/json.ts';
import type { JsonObject } from './jsonl.ts';

/** Returns the value when it is an object, else an empty one: a record may hold anything anywhere. */
export function object(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** Returns true for a JSON object. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the objects of an array; a value of another shape has none. */
export function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Returns the strings of an array; a value of another shape has none. */
export function strings(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** Returns the value when it is a string, else ''. */
export function string(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** Returns the value when it is a finite number, else undefined. */
export function number(value: Json | undefined): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** Returns the value of a text that is a JSON object or array, undefined when it is none. */
export function parsedText(text: string): Json | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
