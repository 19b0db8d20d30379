/** Returns the words of a text that separates them by a space. */
export function wordSet(words: string): ReadonlySet<string> {
  return new Set(words.split(' '));
}
