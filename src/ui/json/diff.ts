import type { Call, CallChange } from '../../model/diff/calls.ts';
import type { CommandPair, FilePair } from '../../model/diff/facts.ts';
import type { TextDiff } from '../../model/diff/text.ts';
import type { TurnChange } from '../../model/diff/threads.ts';
import type { Json } from '../../model/json.ts';
import type { Notes } from '../../model/notes/notes.ts';
import { saidIn } from '../../model/notes/said.ts';
import type { Turn } from '../../model/turn.ts';
import type { DiffResult, DiffSide } from '../../ops/diff.ts';
import { summarize } from '../../ops/turn-summary.ts';
import { type HeadWire, headWire } from './conversation.ts';
import { type TurnWire, turnWire } from './turn.ts';

/** `convo.diff/1`: a and b as typed; everything but `base` is of the turns behind it. */
export interface DiffWire {
  a: SideWire;
  b: SideWire;
  /** Where they parted; null where they share no turn. */
  base: { turn: TurnWire; shared: number; commit: string | null; merged: string | null } | null;
  counts: DiffResult['counts'];
  /** Path of the page that was written; null without --html. */
  html: string | null;
  files: { path: string; a: FileWire | null; b: FileWire | null }[];
  commands: { command: string; check: boolean; a: RunsWire | null; b: RunsWire | null }[];
  /** Every turn of both sides once, in order. */
  changes: ChangeWire[];
}

interface SideWire {
  name: string;
  conversation: HeadWire;
  turns: number;
  notes: NotesWire;
}

type SaidWire = { turn: string; n: number; text: string }[];

interface NotesWire {
  turns: number;
  prompts: SaidWire;
  decided: SaidWire;
  tools: { name: string; calls: number; failed: number }[];
  models: string[];
  agents: string[];
  tokens: { output: number | null; context: number | null };
  started: string | null;
  ended: string | null;
  /** Seconds. */
  working: number;
  questions: SaidWire;
  ending: { turn: string; n: number; role: string; stop: string | null; answer: string; passing: string[]; failing: string[] } | null;
}

interface FileWire {
  added: number;
  removed: number;
  turns: number[];
}

interface RunsWire {
  runs: number;
  failed: number;
  last: string;
}

interface ChangeWire {
  change: string;
  a: (TurnWire & { said: string }) | null;
  b: (TurnWire & { said: string }) | null;
  /** Of turns on both sides that differ: what was asked, or what the answer came to, in pieces of `=`, `-` and `+`. */
  text: { by: string; pieces: [string, string][] } | null;
  calls: CallWire[] | null;
}

interface CallWire {
  change: string;
  differs: string[];
  a: CallSideWire | null;
  b: CallSideWire | null;
}

interface CallSideWire {
  step: number;
  name: string;
  headline: string;
  input: Json;
  outcome: string;
  exit: number | null;
}

/** Returns the wire form of a difference. */
export function diffWire({ a, b, base, facts, changes, counts }: DiffResult, html: string | undefined): DiffWire {
  return {
    a: sideWire(a, facts.a),
    b: sideWire(b, facts.b),
    base: base ? { turn: turnWire(base.turn), shared: base.shared, commit: base.commit ?? null, merged: base.merged ?? null } : null,
    counts,
    html: html ?? null,
    files: facts.files.map(({ path, a: left, b: right }) => ({ path, a: fileWire(left), b: fileWire(right) })),
    commands: facts.commands.map(({ command, check, a: left, b: right }) => ({ command, check, a: runsWire(left), b: runsWire(right) })),
    changes: changes.map(changeWire),
  };
}

function sideWire({ name, conversation, turns }: DiffSide, notes: Notes): SideWire {
  return { name, conversation: headWire(conversation), turns, notes: notesWire(notes) };
}

const saidWire = (said: Notes['prompts']): SaidWire => said.map(({ turn, n, text }) => ({ turn, n, text }));

function notesWire(notes: Notes): NotesWire {
  const { turns, tools, models, agents, tokens, started, ended, working, ending } = notes;
  return {
    turns,
    prompts: saidWire(notes.prompts),
    decided: notes.decided.map(({ turn, n, subject }) => ({ turn, n, text: subject })),
    ...{ tools, models, agents, tokens: { output: tokens.output ?? null, context: tokens.context ?? null } },
    ...{ started: started ?? null, ended: ended ?? null, working: working / 1000 },
    questions: saidWire(notes.questions),
    ending: ending ? endingWire(ending) : null,
  };
}

function endingWire({ turn, n, role, stop, answer, passing, failing }: NonNullable<Notes['ending']>): NonNullable<NotesWire['ending']> {
  return { turn, n, role, stop: stop ?? null, answer, passing, failing };
}

function fileWire(file: FilePair['a']): FileWire | null {
  return file ? { added: file.added, removed: file.removed, turns: file.turns.map(({ n }) => n) } : null;
}

function runsWire(runs: CommandPair['a']): RunsWire | null {
  return runs ? { runs: runs.runs, failed: runs.failed, last: runs.last } : null;
}

function changeWire(row: TurnChange): ChangeWire {
  const turn = (one: Turn) => ({ ...turnWire(summarize(one)), said: saidIn(one) });
  return {
    change: row.change,
    a: row.change === 'added' ? null : turn(row.a),
    b: row.change === 'removed' ? null : turn(row.b),
    text: row.text ? textWire(row.text) : null,
    calls: row.calls ? row.calls.map(callWire) : null,
  };
}

const textWire = ({ by, pieces }: TextDiff) => ({ by, pieces: pieces.map(([mark, text]): [string, string] => [mark, text]) });

function callWire(row: CallChange): CallWire {
  return {
    change: row.change,
    differs: row.differs,
    a: row.change === 'added' ? null : callSideWire(row.a),
    b: row.change === 'removed' ? null : callSideWire(row.b),
  };
}

function callSideWire({ step, name, headline, input, outcome, exit }: Call): CallSideWire {
  return { step, name, headline, input, outcome, exit: exit ?? null };
}
