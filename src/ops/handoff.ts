import { fail } from '../errors.ts';
import { folderOf, fromFolder } from '../model/handoff/from-folder.ts';
import { type HandedOver, handoff, type ToldThread } from '../model/handoff/handoff.ts';
import { openSheet } from '../model/handoff/sheet.ts';
import { toldNotes } from '../model/handoff/told-notes.ts';
import { shellWord } from '../model/shell-word.ts';
import type { Context } from './context.ts';
import { summarized } from './summarize.ts';
import { type ConversationHead, findTarget, headOfTarget } from './target.ts';
import { turnsUpTo } from './turns.ts';
import { wholeName } from './whole-name.ts';

export interface HandoffInput {
  /** Nothing = the current conversation. */
  revisions: readonly string[];
  /** Tokens that the document may have. */
  budget: number;
  /** The model that will read it; absent: that of the first conversation. */
  model?: string;
  /** A command that reads the notes of older turns and prints what is told instead. */
  summarize?: string;
}

/** How tokens were counted. */
export interface Counting {
  encoding: 'o200k_base';
  /** The model that was counted for; absent where none is known. */
  model?: string;
  /** True where that is the model's own encoding; else the count is an estimate from above: `factor` times as many. */
  exact: boolean;
  factor: number;
}

export interface HandoffResult {
  text: string;
  budget: number;
  tokens: number;
  counting: Counting;
  threads: (ToldThread & { name: string; conversation: ConversationHead; turns: number })[];
}

/** OpenAI's models since GPT-4o share one encoding (tiktoken's `model.py`). */
const o200kModels = /^(?:openai\/)?(?:gpt-(?:4o|4\.[15]|[5-9]|oss)|chatgpt-4o|codex|o[134](?:$|-))/;
/** Claude 4 counted 1.07 to 1.23 times as many in 11 messages of text alone, of which the model's own count is recorded. */
const others = 1.25;

/** Tells what threads came to, within a budget of tokens. Throws `budget-too-small`, `program-failed`. */
export async function handOver(context: Context, input: HandoffInput): Promise<HandoffResult> {
  const given: (HandedOver & { conversation: ConversationHead })[] = [];
  for (const revision of input.revisions.length === 0 ? [''] : input.revisions) {
    const target = await findTarget(context, revision);
    const { title, tool, project } = target.entry;
    const turns = fromFolder(await turnsUpTo(context, target), target.folder ?? folderOf(project));
    given.push({ name: wholeName(target), title, tool, project, turns, conversation: headOfTarget(target) });
  }
  const counting = countingFor(input.model ?? given[0]?.turns.findLast(({ model }) => model !== undefined)?.model);
  const room = Math.floor(input.budget / counting.factor);
  const { countTokens } = await import('../model/tokens/o200k.ts');
  let made = handoff(given, room, countTokens);
  if (made && input.summarize !== undefined) {
    const summed = await withSummaries(context, given, made.threads, input.summarize, countTokens);
    made = handoff(summed, room, countTokens);
  }
  if (!made) throw fail('budget-too-small', { budget: input.budget, revisions: input.revisions.map(shellWord).join(' ') });
  const threads = made.threads.map((told, at) => toldOf(told, given[at]));
  return { text: made.text, budget: input.budget, tokens: Math.ceil(made.tokens * counting.factor), counting, threads };
}

function toldOf(told: ToldThread, given: (HandedOver & { conversation: ConversationHead }) | undefined): HandoffResult['threads'][number] {
  if (!given) throw new Error('a thread was told that was not given');
  return { ...told, name: given.name, conversation: given.conversation, turns: given.turns.length };
}

function countingFor(model: string | undefined): Counting {
  const exact = model !== undefined && o200kModels.test(model.toLowerCase());
  return { encoding: 'o200k_base', ...(model === undefined ? {} : { model }), exact, factor: exact ? 1 : others };
}

/** A program is given the whole of the notes, not what a budget left of them. */
async function withSummaries(
  context: Context,
  given: readonly HandedOver[],
  told: readonly ToldThread[],
  command: string,
  countTokens: (text: string) => number,
): Promise<HandedOver[]> {
  const summed: HandedOver[] = [];
  for (const [at, thread] of given.entries()) {
    const { full = [], folded = [], cut = [] } = told[at] ?? {};
    const apart = new Set([...full, ...folded]);
    const older = thread.turns.filter(({ n }) => !apart.has(n) || cut.includes(n));
    const notes = toldNotes(older, openSheet(Number.POSITIVE_INFINITY, countTokens));
    const text = notes
      .map((line) => line.text)
      .join('\n')
      .trim();
    summed.push(
      text === '' ? thread : { ...thread, summary: await summarized(context, command, `# ${thread.title}\n\n${text}\n`, 'context') },
    );
  }
  return summed;
}
