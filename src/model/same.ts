/** Tells whether two values are one, whatever the order of their keys; a key that is not there is one without a value. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a instanceof Uint8Array || b instanceof Uint8Array)
    return a instanceof Uint8Array && b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  if (Array.isArray(a) || Array.isArray(b))
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, index) => isSame(item, b[index]));
  return hasAll(a, b) && hasAll(b, a, true);
}

/** Tells whether the second one has what the first one has; `known`: what both have was compared. */
function hasAll(a: object, b: object, known = false): boolean {
  for (const [key, value] of Object.entries(a)) {
    const isThere = Object.hasOwn(b, key);
    if (isThere ? !known && !isSame(value, (b as Record<string, unknown>)[key]) : value !== undefined) return false;
  }
  return true;
}
