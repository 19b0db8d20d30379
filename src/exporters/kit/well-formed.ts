import type { Json } from '../../model/json.ts';

const lone = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Returns the text with the replacement character for each half of a surrogate pair: Codex skips such a line, the services refuse it. */
export function wellFormed(text: string): string {
  return text.replace(lone, '\ufffd');
}

/** Returns the value as JSON carries it, every text in it well formed. */
export function wellFormedJson(value: Json): Json {
  const text = JSON.stringify(value);
  // JSON.stringify writes a lone half as `\udXXX`, so a text without it holds none.
  return JSON.parse(
    text.includes('\\ud')
      ? JSON.stringify(value, (_, item: Json) => (typeof item === 'string' ? wellFormed(item) : wellFormedKeys(item)))
      : text,
  );
}

function wellFormedKeys(item: Json): Json {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return item;
  return Object.fromEntries(Object.entries(item).map(([key, value]) => [wellFormed(key), value]));
}
