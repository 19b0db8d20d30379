/**
 * Returns true for text of printable ASCII, tabs and line feeds. Most text is, and expressions over Unicode's properties, which take
 * milliseconds to be made, tell nothing of it that simpler ones do not.
 */
export const isPlainAscii = (text: string): boolean => !/[^\t\n\x20-\x7e]/.test(text);

/** Returns an expression with `\p{L}`, `\p{Lu}` and `\p{N}` for a text: over ASCII where that is enough. Each is made when it is used first. */
export function overLetters(source: string, flags: string): (text: string) => RegExp {
  const ascii = source.replaceAll('\\p{Lu}', 'A-Z').replaceAll('\\p{L}', 'A-Za-z').replaceAll('\\p{N}', '0-9');
  const made = new Map<boolean, RegExp>();
  return (text) => {
    const isPlain = isPlainAscii(text);
    const expression = made.get(isPlain) ?? new RegExp(isPlain ? ascii : source, isPlain ? flags : `${flags}u`);
    made.set(isPlain, expression);
    return expression;
  };
}
