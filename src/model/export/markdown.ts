import { code, row, words } from '../catalogue/markdown.ts';
import { count } from '../count.ts';
import type { Attachment } from '../page/draft.ts';
import { defaultLimits } from '../page/limits.ts';
import { noLimits, readableTurn, withoutFiles } from '../page/readable.ts';
import type { Turn } from '../turn.ts';
import { type AgentThread, type Thread, timeText } from './thread.ts';

/** A document and the files that it links to. */
export interface MarkdownDocument {
  text: string;
  /** Each name once. */
  attachments: Attachment[];
  /** Files that are told in a line instead, because there is no folder for them. */
  leftOut: number;
}

/**
 * Returns a thread as one markdown document. `folder`: the way from it to the folder with its files, where long texts stand too; absent: it is
 * whole, and without files. `links`: what else there is to read.
 */
export function threadMarkdown(thread: Thread, folder?: string, links: readonly string[] = []): MarkdownDocument {
  const attachments = new Map<string, Uint8Array>();
  let leftOut = 0;
  const bodyOf = (given: Turn): string => {
    const { turn, files: left } = folder === undefined ? withoutFiles(given) : { turn: given, files: 0 };
    leftOut += left;
    const { text, attachments: own } = readableTurn(turn, folder === undefined ? noLimits : defaultLimits, folder ?? '');
    for (const { name, bytes } of own) attachments.set(name, bytes);
    return text.trim() === '' ? `*${given.kind === 'reverted' ? 'Taken out' : 'Nothing was said'}*\n\n` : text;
  };
  const turnsOf = (turns: readonly Turn[], level: string) => turns.map((turn) => `${level} ${headingOf(turn)}\n\n${bodyOf(turn)}`).join('');
  const agentOf = ({ id, turns }: AgentThread) => `## Sub-agent ${code(id, 64)}\n\n${turnsOf(turns, '###')}`;
  const text = [headOf(thread, links), turnsOf(thread.turns, '##'), ...thread.agents.map(agentOf)].join('');
  return { text: `${text.trimEnd()}\n`, attachments: [...attachments].map(([name, bytes]) => ({ name, bytes })), leftOut };
}

function headOf({ name, tool, title, project, tags, status, priority, intent, turns }: Thread, links: readonly string[]): string {
  const [first, last] = [timeText(turns[0]?.time), timeText(turns.at(-1)?.ended ?? turns.at(-1)?.time)];
  const models = [...new Set(turns.flatMap(({ model }) => model ?? []))];
  const facts: [string, string][] = [
    ['conversation', `${code(tool, 40)} ${code(name, 120)}`],
    ['project', code(project, 200)],
    ['time', first === last ? first : `${first} to ${last}`],
    ['turns', `${turns.length}`],
    ['models', models.map((model) => code(model, 80)).join(', ')],
    ['tags', tags.map((tag) => code(tag, 80)).join(' ')],
    ['status', code(status ?? '', 80)],
    ['priority', code(priority ?? '', 80)],
    ['for', code(intent ?? '', 120)],
    ['see', links.join(' · ')],
  ];
  const rows = facts.filter(([, value]) => value !== '').map(([key, value]) => row(key, value));
  return `# ${words(title, 200)}\n\n${row('', '')}${row('---', '---')}${rows.join('')}\n`;
}

function headingOf({ n, role, kind, model, time, stop }: Turn): string {
  const facts = [kind === undefined ? role : `${role}, ${kind}`, model, stop === 'end' ? undefined : stop, timeText(time)];
  const shown = facts.filter((fact): fact is string => fact !== undefined && fact !== '').map((fact) => words(fact, 80));
  return `${n} · ${shown.join(' · ')}`;
}

/** Returns `3 files were left out: ...`; '' for none. */
export const leftOutText = (files: number): string =>
  files === 0
    ? ''
    : `${count(files, 'file')} ${files === 1 ? 'is' : 'are'} told in a line alone: a folder of markdown has them (-t markdown -o <folder>/)`;
