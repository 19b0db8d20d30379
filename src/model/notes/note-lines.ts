import { oneLine, plainText } from '../plain-text.ts';
import type { Turn } from '../turn.ts';
import type { CommandRun } from './command-runs.ts';
import { notesOf } from './notes.ts';
import type { TurnRef } from './turn-ref.ts';

/** One line of notes, and the turns that it names. */
export interface NoteLine {
  /** `- @12 ...`, without a line feed. */
  text: string;
  turns: readonly TurnRef[];
}

const points = 200;

/** Returns notes of turns as lines of markdown, by what they tell. Each names its turns; none can look like anything but such a line. */
export function noteLines(turns: readonly Turn[]): Record<'asked' | 'decided' | 'files' | 'commands' | 'questions', NoteLine[]> {
  const { prompts, decided, files, commands, questions } = notesOf(turns);
  const line = (ref: TurnRef, text: string): NoteLine => ({ text: `- @${ref.n} ${inLine(text)}`, turns: [{ turn: ref.turn, n: ref.n }] });
  return {
    asked: prompts.map((one) => line(one, one.text)),
    decided: decided.map((one) => line(one, one.subject)),
    files: files.map(({ path, added, removed, turns }) => ({ text: `- ${code(path)} +${added} -${removed} · ${at(turns)}`, turns })),
    commands: commandLines(commands),
    questions: questions.map((one) => line(one, one.text)),
  };
}

/** Each command once, with how its last run ended. */
function commandLines(commands: readonly CommandRun[]): NoteLine[] {
  const runs = new Map<string, CommandRun[]>();
  for (const run of commands) {
    const all = runs.get(run.command);
    if (all) all.push(run);
    else runs.set(run.command, [run]);
  }
  return [...runs].map(([command, all]) => {
    const ended = outcomeWords[all.at(-1)?.outcome ?? 'unknown'];
    const times = all.length > 1 ? `, the last of ${all.length} runs` : '';
    return { text: `- ${code(command)} ${ended}${times} · ${at(all)}`, turns: all.map(({ turn, n }) => ({ turn, n })) };
  });
}

/** How a command ended, as a note says it. */
export const outcomeWords = { ok: 'ok', failed: 'failed', rejected: 'rejected', unknown: 'not known how it ended' } as const;

/** Returns turns as a note names them: `@3 @7 and 2 more`. */
export function at(refs: readonly TurnRef[]): string {
  const all = [...new Set(refs.map(({ n }) => n))];
  const shown = all.slice(0, 8).map((n) => `@${n}`);
  return [...shown, ...(all.length > shown.length ? [`and ${all.length - shown.length} more`] : [])].join(' ');
}

/** Characters that nobody sees and that `plainText` leaves: a mark of direction, tags. */
const unseen = /[\u061c\u{e0000}-\u{e007f}]/gu;

/** Returns text of which every character is seen: nothing hidden is handed to whoever reads on, and what is counted is what is printed. */
export const seenText = (text: string): string => plainText(text).replace(unseen, '');

/** Returns one line of at most 200 code points that no text can leave: what was said in it cannot look like a line of notes. */
export const inLine = (text: string): string => oneLine(seenText(text), points);

/** Returns the same as code. */
export const code = (text: string): string => `\`${inLine(text).replaceAll('`', "'")}\``;
