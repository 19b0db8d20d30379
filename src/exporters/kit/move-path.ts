import type { Exported, Target } from '../exporter.ts';

/** Gives for a recorded working folder the one on this machine. */
export type MovePath = (recorded: string) => string;

/**
 * Returns how recorded folders become folders here: the project's folder becomes the target's, a folder below it the same one below
 * the target's, every other one the target's itself. Nothing changes where the project lies where it was recorded.
 */
export function movePath({ folder }: Exported, { cwd }: Target): MovePath {
  if (folder === cwd) return (recorded) => recorded;
  const separator = cwd.includes('\\') && !cwd.includes('/') ? '\\' : '/';
  return (recorded) => {
    const below = folder === undefined ? undefined : behind(recorded, folder);
    return below === undefined || below.length === 0 ? cwd : [cwd.replace(/[/\\]+$/, ''), ...below].join(separator);
  };
}

/** Returns the names that lead from a folder to a path below it; undefined for a path elsewhere, or one with `..` in it. */
function behind(path: string, folder: string): string[] | undefined {
  const root = folder.replace(/[/\\]+$/, '');
  if (path !== root && !(path.startsWith(root) && /^[/\\]/.test(path.slice(root.length)))) return undefined;
  const names = path
    .slice(root.length)
    .split(/[/\\]/)
    .filter((name) => name !== '');
  return names.includes('..') ? undefined : names;
}
