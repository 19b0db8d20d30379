import { insideFolder } from '../inside-folder.ts';
import type { Json } from '../json.ts';
import type { Part, Turn } from '../turn.ts';

/** Values that a shell reads, which would mean something else then. */
const shellKeys = new Set(['command', 'cmd', 'script']);

/** Returns the folder that a project is named by; '' where that is no path. */
export const folderOf = (project: string): string => (/^(?:\/|[A-Za-z]:\\)/.test(project) ? project : '');

/** Returns turns whose calls name files from a folder where they are inside it: so they fit into a checkout of the same project anywhere. */
export function fromFolder(turns: readonly Turn[], folder: string): readonly Turn[] {
  if (folder === '') return turns;
  const partOf = (part: Part): Part => (part.kind === 'tool-call' ? { ...part, input: inputFrom(part.input, folder) } : part);
  return turns.map((turn) => ({ ...turn, steps: turn.steps.map(({ parts, ...step }) => ({ ...step, parts: parts.map(partOf) })) }));
}

function inputFrom(input: Json, folder: string): Json {
  if (typeof input === 'string') return textFrom(input, folder);
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  const entries = Object.entries(input).map(([key, value]): [string, Json] => [key, valueFrom(value, folder, shellKeys.has(key))]);
  return Object.fromEntries(entries);
}

function valueFrom(value: Json, folder: string, isShell: boolean): Json {
  if (Array.isArray(value)) return value.map((one) => (typeof one === 'string' ? textFrom(one, folder) : one));
  if (typeof value !== 'string') return value;
  return isShell ? textFrom(value, folder) : insideFolder(textFrom(value, folder), folder);
}

/** The files of a patch, as Codex writes it. */
const patchedFile = /^(\*\*\* (?:(?:Add|Update|Delete) File|Move to): )(.+)$/gm;

const textFrom = (text: string, folder: string): string =>
  text.includes('*** Begin Patch') ? text.replace(patchedFile, (_, head: string, path: string) => head + insideFolder(path, folder)) : text;
