/**
 * What may drive or deceive a terminal: C0 except \n and \t, DEL, C1, bidi controls, zero-width characters, line
 * separators, tag characters, lone surrogates. Under the u flag a surrogate that belongs to a pair is not matched.
 */
const unsafe =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\u{e0000}-\u{e007f}]/gu;

const codePoint = (character: string) => (character.codePointAt(0) ?? 0).toString(16);

/** Returns the text with every character that could drive a terminal made visible as `\u{..}`; \n and \t stay. */
export function safe(text: string): string {
  return text.replace(unsafe, (character) => `\\u{${codePoint(character)}}`);
}

/** Returns JSON text that is as safe as `safe` makes text, and still means the same value. */
export function safeJson(json: string): string {
  return json.replace(unsafe, (character) =>
    [...Array(character.length).keys()].map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  );
}
