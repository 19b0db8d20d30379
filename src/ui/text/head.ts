import { count } from '../../model/count.ts';
import type { ConversationHead } from '../../ops/target.ts';
import { type Line, line, styled } from '../line.ts';
import { date, duration, parseTime } from '../time.ts';
import type { ViewSettings } from '../view.ts';
import { cut, oneLine } from '../width.ts';
import { dotted, labelWords, modelName, projectTail } from './words.ts';

/** Returns the lines at the head of a conversation: its title, what one wants to know of it, and what people put on it. */
export function headLines(head: ConversationHead, { columns, now }: ViewSettings): Line[] {
  const branch = head.branches > 1 ? `/${head.branch}` : '';
  const agent = head.agent ? `@${head.agent.turn}/${oneLine(head.agent.id)}` : '';
  const facts = dotted([
    head.agent && 'sub-agent',
    oneLine(projectTail(head.project)),
    when(head, now),
    count(head.turns, 'turn'),
    head.branches > 1 && !head.agent ? count(head.branches, 'branch', 'branches') : undefined,
    head.foreign ? 'from another machine' : undefined,
    head.model === undefined ? undefined : oneLine(modelName(head.model)),
  ]);
  return [
    line(styled('strong', cut(oneLine(head.title), columns))),
    line(styled('faint', `${head.tool} `), styled('id', `${head.id}${branch}${agent}`), styled('faint', ` · ${facts}`)),
    ...labelLines(head, columns),
  ];
}

/** `P1 waiting #parser · release 1.2`, where people put anything on it. */
function labelLines({ labels = {} }: ConversationHead, columns: number): Line[] {
  const words = dotted([labelWords(labels), labels.intent]);
  return words === '' ? [] : [line(styled('command', cut(oneLine(words), columns)))];
}

function when({ started, updated }: ConversationHead, now: number): string | undefined {
  const [from, to] = [parseTime(started), parseTime(updated)];
  if (from === undefined) return to === undefined ? undefined : date(to, now);
  return to === undefined || to <= from ? date(from, now) : `${date(from, now)}, ${duration(to - from)}`;
}
