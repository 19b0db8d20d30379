/** Returns a path from a folder where it is inside that, else as it is. Any text that begins with the path will do. */
export function insideFolder(path: string, folder: string): string {
  const root = folder.replace(/[\\/]+$/, '');
  return root !== '' && path.startsWith(root) && /^[\\/]./.test(path.slice(root.length)) ? path.slice(root.length + 1) : path;
}
