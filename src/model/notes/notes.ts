import { editsOf, type FileEdit } from '../edits.ts';
import { fileDiffs } from '../file-diff.ts';
import { subjectOf } from '../subject.ts';
import type { ToolCallPart, Turn } from '../turn.ts';
import { wordSet } from '../word-set.ts';
import { type CommandRun, commandRunsOf } from './command-runs.ts';
import { answerIn, promptIn, questionsIn } from './said.ts';
import type { TurnRef } from './turn-ref.ts';

/** Something said, with the turn that said it. */
export interface Said extends TurnRef {
  text: string;
  /** The same in one line of at most 72 code points. */
  subject: string;
}

/** A file that turns changed. */
export interface FileNote {
  path: string;
  /** Lines put in and taken out, over all edits. */
  added: number;
  removed: number;
  turns: TurnRef[];
}

export interface ToolNote {
  name: string;
  calls: number;
  /** Calls that failed or were rejected. */
  failed: number;
}

/** How a run of turns ended. */
export interface Ending extends TurnRef {
  role: Turn['role'];
  stop?: string;
  subject: string;
  /** The last answer; '' where none was given. */
  answer: string;
  /** Checks (tests, types, lint, a build) by how their last run ended. */
  passing: string[];
  failing: string[];
}

/**
 * What can be told of turns by rule alone, each note naming its turn. It is made from the turns and nothing else, so the same turns give
 * the same notes everywhere.
 */
export interface Notes {
  turns: number;
  /** What the person said, words put in while the assistant worked included; no command that is for the tool alone (`/exit`). */
  prompts: Said[];
  /** What each answer came to: the first sentence of its last text. */
  decided: Said[];
  /** Files that were changed, in the order in which they were first touched. */
  files: FileNote[];
  /** Every run of a command, in order. */
  commands: CommandRun[];
  /** Most called first. */
  tools: ToolNote[];
  models: string[];
  /** Sub-agents that were started. */
  agents: string[];
  /** Output tokens in all, and the input of the last call of the model. */
  tokens: { output?: number; context?: number };
  /** ISO times of the first and the last record. */
  started?: string;
  ended?: string;
  /** Milliseconds between the first and the last record of each answer, in all. */
  working: number;
  /** Questions that the last answer left open. */
  questions: Said[];
  /** Absent where there is no turn. */
  ending?: Ending;
}

/** Returns the notes of turns that follow one another. */
export function notesOf(turns: readonly Turn[]): Notes {
  const commands = turns.flatMap(commandRunsOf);
  const calls = turns.flatMap((turn) => turn.steps.flatMap(({ parts }) => parts.filter((part) => part.kind === 'tool-call')));
  const times = turns.flatMap(({ time, ended }) => [time, ended]).filter((time) => time !== undefined && !Number.isNaN(Date.parse(time)));
  const [started, ended] = [times[0], times.at(-1)];
  const last = turns.at(-1);
  return {
    turns: turns.length,
    prompts: turns.flatMap((turn, at) => (isForTheTool(turn, turns[at + 1]) ? [] : said(turn, promptIn(turn)))),
    decided: turns.flatMap((turn) => (answerIn(turn) === '' ? [] : said(turn, answerIn(turn)))),
    files: fileNotes(turns),
    commands,
    tools: toolNotes(calls),
    models: [...new Set(turns.flatMap(({ model }) => model ?? []))],
    agents: [...new Set(calls.flatMap((call) => call.agents ?? []))],
    tokens: tokensOf(turns),
    ...(started === undefined ? {} : { started }),
    ...(ended === undefined ? {} : { ended }),
    working: turns.reduce((sum, turn) => sum + worked(turn), 0),
    questions: last ? questionsIn(answerIn(last)).map((text) => ({ turn: last.id, n: last.n, text, subject: text })) : [],
    ...(last && { ending: endingOf(last, turns, commands) }),
  };
}

const refOf = ({ id, n }: Turn): TurnRef => ({ turn: id, n });
const said = (turn: Turn, text: string): Said[] => (text === '' ? [] : [{ ...refOf(turn), text, subject: subjectOf(turn) }]);

/** Commands with which one leaves. */
const leaving = wordSet('/exit /quit /clear /new /logout');

/** A command alone that nobody answered (`/model`); of one behind which no turn is told, that is not known. */
const isForTheTool = (turn: Turn, next: Turn | undefined) => {
  const text = turn.kind === 'command' ? promptIn(turn) : '';
  return leaving.has(text) || (next?.role === 'user' && /^\/[\w:-]+$/.test(text));
};

/** Returns the files that turns changed, in the order in which they were first touched. */
export function fileNotes(turns: readonly Turn[]): FileNote[] {
  const edits: FileEdit[] = [];
  const touched = new Map<string, TurnRef[]>();
  for (const turn of turns) {
    const own = editsOf(turn);
    edits.push(...own);
    for (const path of new Set(own.map((edit) => edit.path))) touched.set(path, [...(touched.get(path) ?? []), refOf(turn)]);
  }
  return fileDiffs(edits).map(({ path, added, removed }) => ({ path, added, removed, turns: touched.get(path) ?? [] }));
}

function toolNotes(calls: readonly ToolCallPart[]): ToolNote[] {
  const tools = new Map<string, ToolNote>();
  for (const { name, result } of calls) {
    const tool = tools.get(name) ?? { name, calls: 0, failed: 0 };
    tool.calls += 1;
    if (result && result.status !== 'ok') tool.failed += 1;
    tools.set(name, tool);
  }
  return [...tools.values()].sort((a, b) => b.calls - a.calls || (a.name < b.name ? -1 : 1));
}

function tokensOf(turns: readonly Turn[]): Notes['tokens'] {
  const outputs = turns.flatMap(({ tokens }) => tokens?.output ?? []);
  const context = turns.findLast(({ tokens }) => tokens?.context !== undefined)?.tokens?.context;
  return {
    ...(outputs.length > 0 && { output: outputs.reduce((sum, one) => sum + one, 0) }),
    ...(context === undefined ? {} : { context }),
  };
}

function worked({ role, time, ended }: Turn): number {
  const span = role === 'assistant' ? Date.parse(ended ?? '') - Date.parse(time ?? '') : 0;
  return span > 0 ? span : 0;
}

function endingOf(last: Turn, turns: readonly Turn[], commands: readonly CommandRun[]): Ending {
  const answered = turns.findLast((turn) => answerIn(turn) !== '');
  const checks = new Map(commands.filter(({ check }) => check).map((run) => [run.command, run.outcome]));
  const named = (...outcomes: string[]) => [...checks].filter(([, outcome]) => outcomes.includes(outcome)).map(([command]) => command);
  return {
    ...refOf(last),
    role: last.role,
    ...(last.stop === undefined ? {} : { stop: last.stop }),
    subject: subjectOf(last),
    answer: answered ? answerIn(answered) : '',
    passing: named('ok'),
    failing: named('failed'),
  };
}
