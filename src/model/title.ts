import { subjectOf } from './subject.ts';
import type { Turn } from './turn.ts';

const weakWords = new Set(
  [
    ...[
      'hi',
      'hello',
      'hey',
      'yo',
      'test',
      'testing',
      'yes',
      'y',
      'yep',
      'no',
      'n',
      'ok',
      'okay',
      'sure',
      'thanks',
      'thank you',
      'go',
      'go on',
    ],
    ...[
      'continue',
      'proceed',
      'keep going',
      'do it',
      'do that',
      'go ahead',
      'please continue',
      'next',
      'resume',
      'retry',
      'try again',
      'again',
    ],
    ...[
      'stop',
      'wait',
      'done',
      'commit',
      'commit this',
      'commit it',
      'commit and push',
      'push',
      'push it',
      'push this',
      'merge',
      'merge it',
    ],
    ...['run it', 'run the tests', 'fix it', 'fix this', 'help', 'exit', 'quit', 'clear', 'image', 'attachment', 'output of a command'],
    'summary of the conversation so far',
  ].map((word) => word),
);
const weakCommand =
  /^\/(?:exit|quit|clear|compact|login|logout|model|models|resume|config|cost|usage|context|status|help|init|mcp|permissions|approvals|memory|rename|branch|rewind|plugin|plugins|agents|hooks|ide|doctor|terminal-setup|vim|theme|fast|effort)(?:\s|$)/;

/** Returns whether a title says nothing of its conversation: `hi`, `yes`, `/exit`, `commit this`, `turn 3`. */
export function isWeakTitle(title: string): boolean {
  const words = title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}/]+/gu, ' ')
    .trim();
  return words.length < 2 || weakWords.has(words) || /^turn \d+$/.test(words) || weakCommand.test(title.trim().toLowerCase());
}

/** Returns a title from the prompts of a conversation, in their order: the first that is not weak, else the first; undefined without any. */
export function titleOf(prompts: readonly Turn[]): string | undefined {
  let weak: string | undefined;
  for (const prompt of prompts) {
    if (prompt.kind === 'compaction' || prompt.kind === 'notice') continue;
    const subject = subjectOf(prompt);
    if (!isWeakTitle(subject)) return subject;
    weak ??= subject;
  }
  return weak;
}
