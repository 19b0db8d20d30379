const longest = 64;
/** What is put behind the name of a line that left another one: first 8 characters of an id, and `x` for each name that was taken. */
const key = /-[0-9a-hjkmnp-tv-z]{8}x*$/;

/** Returns the name of the branch that a line was first called by: what stands before its keys. */
export function baseOf(name: string): string {
  const base = name.replace(key, '');
  return base === name || base === '' ? name : baseOf(base);
}

/** Returns the name of a line beside the branch of this name. */
export function besideName(name: string, ownKey: string): string {
  return `${baseOf(name).slice(0, longest - ownKey.length - 5)}-${ownKey}`;
}

/** Returns whether convo made up the name. */
export const isMadeUp = (name: string): boolean => key.test(name);
