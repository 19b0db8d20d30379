import { join } from 'node:path';
import type { Host } from '../../host.ts';

const longest = 200;

/** Returns the folder of projects: of $CLAUDE_CONFIG_DIR, else of `~/.claude`. */
export function root(host: Host): string {
  return join(host.env.CLAUDE_CONFIG_DIR || join(host.home, '.claude'), 'projects');
}

/**
 * Returns the name of a project's folder: its absolute path with `-` for every UTF-16 unit that is no ASCII letter or digit; of a longer one
 * the first 200 characters and a hash of the path (seen in 2.1.329).
 */
export function folderOf(cwd: string): string {
  const name = cwd.replace(/[^a-zA-Z0-9]/g, '-');
  return name.length <= longest ? name : `${name.slice(0, longest)}-${Math.abs(hashOf(cwd)).toString(36)}`;
}

/** The hash of a string that Java and many others use, in 32 bits. */
function hashOf(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash;
}
