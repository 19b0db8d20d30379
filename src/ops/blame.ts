import { ConvoError, fail } from '../errors.ts';
import { shellWord } from '../model/shell-word.ts';
import { isPathNamed, type Spoken } from '../model/spoken.ts';
import type { BranchEntry } from '../store/entry.ts';
import { type Matcher, matcherOf, type Pattern } from './blame/matcher.ts';
import { allThreads, branchOfTurn, type Passage, passagesOf, type Traced, threadOf } from './blame/threads.ts';
import type { Context } from './context.ts';
import { summarize, type TurnSummary } from './turn-summary.ts';

export interface BlameInput extends Pattern {
  /** The thread up to it is looked through; '' for the current branch. */
  revision: string;
  /** All conversations instead. */
  all: boolean;
  /** What the text may be; absent: a file where a turn changed one of that name, else something said. */
  kind?: 'text' | 'file';
  /** At most so many. */
  limit?: number;
}

/** The first turn that said a line, or changed a file. */
export interface Blamed {
  conversation: { id: string; tool: string; title: string };
  branch: string;
  /** The revision that shows it: `7qk2m4xw9d@4.2`, `7qk2m4xw9d/try@4/a1b2c3@2`. */
  name: string;
  turn: TurnSummary;
  step: number;
  /** The sub-agent that said it, and the number of the turn that started it. */
  agent?: { id: string; turn: number };
  part: Spoken['part'];
  /** The line, or the path. */
  line: string;
  /** Where in it the match stands, in UTF-16 units. */
  at: number;
  length: number;
  /** How many turns say the line, or change the file. */
  turns: number;
}

export interface BlameResult {
  kind: 'text' | 'file';
  text: string;
  all: boolean;
  /** Each line or path once, oldest first. */
  found: Blamed[];
  /** What the limit left out. */
  more: number;
}

interface Origin {
  thread: Traced;
  passage: Passage;
  at: number;
  length: number;
  turns: Set<string>;
}

type Origins = Map<string, Origin>;

/** Tells which turn of which branch first said a line or first changed a file. Throws `pattern-too-slow`, `bad-value`. */
export async function blame(context: Context, input: BlameInput): Promise<BlameResult> {
  if (input.text === '') throw fail('unknown-flag', { verb: 'blame', message: 'convo blame needs a text or a path' });
  const matcher = matcherOf(input);
  const [files, lines]: [Origins, Origins] = [new Map(), new Map()];
  for await (const thread of input.all ? allThreads(context) : [await threadMeant(context, input)]) {
    for await (const passages of passagesOf(context, thread)) {
      if (input.kind !== 'text') collect(files, thread, filesIn(passages, input.text));
      if (input.kind !== 'file') collect(lines, thread, linesIn(passages, matcher, thread));
    }
  }
  const kind = input.kind ?? (files.size > 0 ? 'file' : 'text');
  const all = [...(kind === 'file' ? files : lines)];
  if (input.all) all.sort(([, a], [, b]) => (isEarlier(a, b) ? -1 : isEarlier(b, a) ? 1 : 0));
  const found = all.slice(0, input.limit ?? all.length).map(([line, origin]) => blamed(line, origin));
  return { kind, text: input.text, all: input.all, found, more: all.length - found.length };
}

/** The thread that is looked through; the error says so where the revision was typed first. */
async function threadMeant(context: Context, { revision, text }: BlameInput): Promise<Traced> {
  try {
    return await threadOf(context, revision);
  } catch (error) {
    if (!(error instanceof ConvoError) || error.code !== 'unknown-revision') throw error;
    const isTurned = await threadOf(context, text).then(
      () => true,
      () => false,
    );
    throw isTurned ? fail('unknown-revision', { revision, hint: `convo blame ${shellWord(revision)} ${shellWord(text)}` }) : error;
  }
}

type Sighting = Pick<Origin, 'passage' | 'at' | 'length'> & { line: string };

function filesIn(passages: readonly Passage[], name: string): Sighting[] {
  return passages.flatMap((passage) =>
    passage.paths.filter((path) => isPathNamed(path, name)).map((line) => ({ passage, line, at: 0, length: 0 })),
  );
}

function linesIn(passages: readonly Passage[], matcher: Matcher, { entry }: Traced): Sighting[] {
  const found = matcher(passages.map(({ text }) => text));
  if (!found) throw fail('pattern-too-slow', { turn: passages[0]?.turn.n ?? 0, conversation: entry.id });
  return found.map(({ text, line, at, length }) => ({ passage: passages[text] as Passage, line, at, length }));
}

/** Lines are the same but for the white space around them. */
function collect(origins: Origins, thread: Traced, sightings: readonly Sighting[]): void {
  for (const { line, passage, at, length } of sightings) {
    const key = line.trim();
    const lead = line.length - line.trimStart().length;
    const known = origins.get(key);
    const turns = (known?.turns ?? new Set()).add(`${thread.entry.id} ${passage.turn.id}`);
    const own: Origin = { thread, passage, at: Math.max(0, at - lead), length, turns };
    // Turns of one thread come in their order, threads of several branches and conversations do not.
    if (!known || (known.thread !== thread && isEarlier(own, known))) origins.set(key, own);
  }
}

const timeOf = ({ passage }: Origin) => passage.turn.time ?? '~';
const isEarlier = (a: Origin, b: Origin) => timeOf(a) < timeOf(b);

function blamed(line: string, { thread, passage, at, length, turns }: Origin): Blamed {
  const { entry } = thread;
  const { turn, step, agent, part } = passage;
  const branch = branchOfTurn(entry, thread.branch, agent?.turn ?? turn.n);
  return {
    conversation: { id: entry.id, tool: entry.tool, title: entry.title },
    branch: branch.label ?? branch.name,
    name: nameOf(thread, branch, passage),
    turn: summarize(turn),
    step,
    ...(agent ? { agent } : {}),
    part,
    line,
    at,
    length,
    turns: turns.size,
  };
}

function nameOf({ entry }: Traced, branch: BranchEntry, { turn, step, agent }: Passage): string {
  const place = branch.name === entry.active ? entry.id : `${entry.id}/${branch.name}`;
  const inside = turn.steps.length > 1 ? `.${step}` : '';
  return agent ? `${place}@${agent.turn}/${agent.id}@${turn.n}${inside}` : `${place}@${turn.n}${inside}`;
}
