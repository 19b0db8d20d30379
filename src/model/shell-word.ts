const plain = /^[\w@%+:,./-][\w@%+=:,./~-]*$/;

/** Returns a word as a shell takes it for one: labels of branches may hold anything but `/` and `@`. */
export const shellWord = (word: string): string => (plain.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
