import { insideFolder } from '../model/inside-folder.ts';
import type { Line } from './line.ts';

/** What a view may know besides the result. */
export interface ViewSettings {
  /** Columns to lay out for. */
  columns: number;
  /** Milliseconds since 1970. */
  now: number;
  /** True when a person reads it on a terminal: prose is wrapped then, and left as it is in a pipe. */
  terminal: boolean;
  /** True where styles are seen: what is told by colour alone needs a mark elsewhere. */
  color: boolean;
  /** The home folder: shown as `~`. */
  home: string;
  /** The folder that the conversation was recorded in: paths inside it are shown from there. */
  folder?: string | undefined;
}

/** Turns the result of a command into lines. */
export type View<Result> = (result: Result, settings: ViewSettings) => Iterable<Line>;

/** Returns the path with the home folder as `~`. */
export function shortPath(path: string, { home }: Pick<ViewSettings, 'home'>): string {
  return home !== '' && (path === home || path.startsWith(`${home}/`)) ? `~${path.slice(home.length)}` : path;
}

/** Returns the path from the conversation's folder where it is inside that, else as it is. Any text that begins with the path will do. */
export const insidePath = (path: string, { folder = '' }: Pick<ViewSettings, 'folder'>): string => insideFolder(path, folder);
