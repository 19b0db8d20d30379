import { editsOf } from '../edits.ts';
import type { TurnId } from '../ids.ts';
import type { CommandRun } from '../notes/command-runs.ts';
import { commandRunsOf } from '../notes/command-runs.ts';
import { fileNotes } from '../notes/notes.ts';
import type { TurnRef } from '../notes/turn-ref.ts';
import { replacedBy } from '../replaced.ts';
import { subjectOf } from '../subject.ts';
import type { Turn } from '../turn.ts';

/** What one side says about the topic of a conflict, and the turns that say it. */
export interface Stand {
  told: string;
  turns: TurnRef[];
}

/** Something that two sides changed or ended otherwise since they parted. */
export interface Conflict {
  /** file: both changed it · check: it passes on one side and fails on the other · turn: both corrected or took out the same turn. */
  kind: 'file' | 'check' | 'turn';
  /** The path, the command, or the number of the turn. */
  topic: string;
  /** Absent where nothing was said about it before they parted. */
  base?: Stand;
  ours: Stand;
  theirs: Stand;
}

/** The turns of both sides, in order; `base` are those that both have. */
export interface Sides {
  base: readonly Turn[];
  ours: readonly Turn[];
  theirs: readonly Turn[];
}

/** Returns where two sides contradict each other, by rule: what both did alike is no conflict. With the sides changed, the stands are. */
export function conflictsOf(sides: Sides): Conflict[] {
  if (sides.ours.length === 0 || sides.theirs.length === 0) return [];
  const { base } = sides;
  const [ours, theirs] = [sides.ours, sides.theirs].map((turns) => turns.filter((turn) => !doesTheSame(turn, base))) as [Turn[], Turn[]];
  const done = { base, ours, theirs };
  const all = [...turnConflicts(sides), ...fileConflicts(done), ...checkConflicts(done)];
  const key = ({ kind, topic }: Conflict) => `${['turn', 'file', 'check'].indexOf(kind)} ${topic}`;
  return all.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Tells whether a turn corrects one that both had, and leaves alone what that one changed and ran. */
function doesTheSame(turn: Turn, base: readonly Turn[]): boolean {
  const replaced = replacedBy(turn);
  const before = replaced === undefined ? undefined : base.find(({ id }) => id === replaced);
  const deeds = (one: Turn) => JSON.stringify([editsOf(one), commandRunsOf(one).map(({ command, outcome }) => [command, outcome])]);
  return before !== undefined && deeds(before) === deeds(turn);
}

const refOf = ({ id, n }: Turn): TurnRef => ({ turn: id, n });

function fileConflicts({ base, ours, theirs }: Sides): Conflict[] {
  const [before, one, other] = [filesOf(base), filesOf(ours), filesOf(theirs)];
  return [...one].flatMap(([topic, here]): Conflict[] => {
    const there = other.get(topic);
    if (!there || here.edits === there.edits) return [];
    const was = before.get(topic);
    return [{ kind: 'file', topic, ...(was ? { base: was.stand } : {}), ours: here.stand, theirs: there.stand }];
  });
}

/** Each file that turns changed: what was done to it, in words and in full. */
function filesOf(turns: readonly Turn[]): Map<string, { stand: Stand; edits: string }> {
  const edits = turns.flatMap(editsOf);
  return new Map(
    fileNotes(turns).map(({ path, added, removed, turns: refs }) => [
      path,
      { stand: { told: `+${added} -${removed}`, turns: refs }, edits: JSON.stringify(edits.filter((edit) => edit.path === path)) },
    ]),
  );
}

function checkConflicts({ base, ours, theirs }: Sides): Conflict[] {
  const [before, one, other] = [checksOf(base), checksOf(ours), checksOf(theirs)];
  return [...one].flatMap(([topic, here]): Conflict[] => {
    const there = other.get(topic);
    if (!there || here.outcome === there.outcome) return [];
    const was = before.get(topic);
    return [{ kind: 'check', topic, ...(was ? { base: ended(was) } : {}), ours: ended(here), theirs: ended(there) }];
  });
}

/** The last run of each check that says how it ended. */
function checksOf(turns: readonly Turn[]): Map<string, CommandRun> {
  const runs = turns.flatMap(commandRunsOf).filter(({ check, outcome }) => check && (outcome === 'ok' || outcome === 'failed'));
  return new Map(runs.map((run) => [run.command, run]));
}

const ended = ({ outcome, turn, n }: CommandRun): Stand => ({ told: outcome === 'ok' ? 'passes' : 'fails', turns: [{ turn, n }] });

function turnConflicts({ ours, theirs }: Sides): Conflict[] {
  const other = correctionsOf(theirs);
  return [...correctionsOf(ours)].flatMap(([replaced, turn]): Conflict[] => {
    const there = other.get(replaced);
    if (!there || there.id === turn.id) return [];
    return [{ kind: 'turn', topic: `@${turn.n}`, ours: corrected(turn), theirs: corrected(there) }];
  });
}

/** The turn that stands for each one that was corrected or taken out; of several the last. */
function correctionsOf(turns: readonly Turn[]): Map<TurnId, Turn> {
  return new Map(
    turns.flatMap((turn) => {
      const replaced = replacedBy(turn);
      return replaced === undefined ? [] : [[replaced, turn] as const];
    }),
  );
}

const corrected = (turn: Turn): Stand => ({
  told: turn.kind === 'reverted' ? 'taken out' : `corrected: ${subjectOf(turn)}`,
  turns: [refOf(turn)],
});
