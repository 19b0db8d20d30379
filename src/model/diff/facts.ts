import type { CommandRun } from '../notes/command-runs.ts';
import type { FileNote, Notes } from '../notes/notes.ts';

/** A file that either side changed. */
export interface FilePair {
  path: string;
  a?: FileNote;
  b?: FileNote;
}

/** The runs of one command on one side. */
export interface Runs {
  runs: number;
  failed: number;
  /** How the last one ended. */
  last: CommandRun['outcome'];
}

/** A command that either side ran. */
export interface CommandPair {
  command: string;
  check: boolean;
  a?: Runs;
  b?: Runs;
}

/** Returns the files that either side changed, those of `a` first; a path of one folder is the same as a whole path that ends in it. */
export function pairFiles(a: readonly FileNote[], b: readonly FileNote[]): FilePair[] {
  const whole = [...a, ...b].map(({ path }) => path).filter(isWhole);
  const pairs = new Map<string, FilePair>();
  for (const [side, files] of [
    ['a', a],
    ['b', b],
  ] as const) {
    for (const file of files) {
      const path = shortest(file.path, whole, [...a, ...b]);
      const pair = pairs.get(path) ?? { path };
      const before = pair[side];
      pair[side] = before ? joined(before, file) : file;
      pairs.set(path, pair);
    }
  }
  return [...pairs.values()];
}

const isWhole = (path: string) => /^(?:[/\\~]|[A-Za-z]:[/\\])/.test(path);

/** A whole path by the relative one that another call has for it, where that can mean no other. */
function shortest(path: string, whole: readonly string[], all: readonly FileNote[]): string {
  if (!isWhole(path)) return path;
  const relative = all.map((file) => file.path).filter((other) => !isWhole(other) && endsIn(path, other));
  const best = relative.sort((x, y) => y.length - x.length)[0];
  return best !== undefined && new Set(whole.filter((other) => endsIn(other, best))).size === 1 ? best : path;
}

const endsIn = (path: string, relative: string) => path.endsWith(`/${relative.replace(/^\.\//, '')}`);

/** Tells whether two paths may name one file: they are equal, or one is whole and ends in the other. */
export function sameFile(a: string, b: string): boolean {
  return a === b || (isWhole(a) && !isWhole(b) && endsIn(a, b)) || (isWhole(b) && !isWhole(a) && endsIn(b, a));
}

function joined(one: FileNote, other: FileNote): FileNote {
  const { added, removed, turns } = other;
  return { path: one.path, added: one.added + added, removed: one.removed + removed, turns: [...one.turns, ...turns] };
}

/** Returns the commands that either side ran: checks first, then those of both sides, then those that failed, each in their order. */
export function pairCommands(a: readonly CommandRun[], b: readonly CommandRun[]): CommandPair[] {
  const pairs = new Map<string, CommandPair>();
  for (const [side, commands] of [
    ['a', a],
    ['b', b],
  ] as const) {
    for (const { command, check, outcome } of commands) {
      const pair = pairs.get(command) ?? { command, check };
      const { runs, failed } = pair[side] ?? { runs: 0, failed: 0 };
      pair[side] = { runs: runs + 1, failed: failed + (outcome === 'failed' ? 1 : 0), last: outcome };
      pairs.set(command, pair);
    }
  }
  const weight = ({ check, a: left, b: right }: CommandPair) =>
    (check ? 4 : 0) + (left && right ? 2 : 0) + ((left?.failed ?? 0) + (right?.failed ?? 0) > 0 ? 1 : 0);
  return [...pairs.values()].sort((x, y) => weight(y) - weight(x));
}

/** The notes of two sides, and what can be told of both by file and by command. */
export interface Facts {
  a: Notes;
  b: Notes;
  files: FilePair[];
  commands: CommandPair[];
}

/** Returns the facts of two sides. */
export function factsOf(a: Notes, b: Notes): Facts {
  return { a, b, files: pairFiles(a.files, b.files), commands: pairCommands(a.commands, b.commands) };
}
