/** Returns why a branch cannot have this name (DESIGN 2.1), in words for people; undefined when it can. */
export function branchNameFault(name: string): string | undefined {
  if (name === '') return 'a branch name is empty';
  if (name.length > 64) return 'a branch name has at most 64 characters';
  if (!/^[a-z0-9]/.test(name)) return 'a branch name begins with a small letter or a digit';
  if (!/^[a-z0-9._-]+$/.test(name)) return 'a branch name is made of small letters, digits, ".", "_" and "-"';
  if (name.includes('..')) return 'a branch name does not contain ".."';
  if (name.endsWith('.') || name.endsWith('.lock')) return 'a branch name does not end in "." or ".lock"';
  return undefined;
}

/** Returns whether a branch can have this name. Names have no capitals, so they are unique when case is folded. */
export function isBranchName(name: string): boolean {
  return branchNameFault(name) === undefined;
}

/** Returns what a label of a branch should be, where this one is not that; undefined where it is. */
export function branchLabelFault(label: string): string | undefined {
  const isOne = /^[^/@\p{C}]{1,64}$/u.test(label) && label.trim() === label && !label.startsWith('-');
  return isOne ? undefined : '1 to 64 characters without "/" and "@", a "-" not first';
}
