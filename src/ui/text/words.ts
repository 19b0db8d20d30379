import { count } from '../../model/count.ts';
import type { ConversationHead } from '../../ops/target.ts';
import type { TurnSummary } from '../../ops/turn-summary.ts';
import { short } from '../numbers.ts';
import { clock, date, duration, parseTime } from '../time.ts';

/** Returns the model's name as people say it: without the maker's name and the date. */
export function modelName(model: string): string {
  return model.replace(/^(?:claude|models\/)[-/]?/, '').replace(/-20\d{6}$/, '') || model;
}

/** Returns the last part of a project's name: `app` of `github.com/org/app`. */
export function projectTail(project: string): string {
  return (
    project
      .split(/[/\\]/)
      .filter((part) => part !== '')
      .at(-1) ?? project
  );
}

/** Returns the time that a turn took; undefined when it is not known. */
export function took({ time, ended }: Pick<TurnSummary, 'time' | 'ended'>): string | undefined {
  const [from, to] = [parseTime(time), parseTime(ended)];
  return from === undefined || to === undefined || to - from < 500 ? undefined : duration(to - from);
}

/** Returns `10 Feb 02:35`. */
export function moment(iso: string | undefined, now: number): string | undefined {
  const at = parseTime(iso);
  return at === undefined ? undefined : `${date(at, now)} ${clock(at)}`;
}

/** Returns `out 271 · context 167k`, what is known of it. */
export function tokenWords(tokens: TurnSummary['tokens']): string[] {
  return [
    ...(tokens?.output === undefined ? [] : [`out ${short(tokens.output)}`]),
    ...(tokens?.context === undefined ? [] : [`context ${short(tokens.context)}`]),
  ];
}

/** Returns how a turn ended, where that is worth a word. */
export function stopWord(stop: string | undefined): string | undefined {
  return stop === undefined || stop === 'end' ? undefined : stop;
}

/** Returns `P1 waiting #parser #bench`; '' where nothing was put on a conversation. */
export function labelWords({ priority, status, tags = [] }: NonNullable<ConversationHead['labels']>): string {
  return [...(priority ? [`P${priority}`] : []), ...(status ? [status] : []), ...tags.map((tag) => `#${tag}`)].join(' ');
}

/** Returns `11 calls`, `1 file`; '' for none. */
export const some = (n: number, one: string): string => (n === 0 ? '' : count(n, one));

/** Joins what is there with middle dots. */
export const dotted = (words: readonly (string | undefined)[]): string =>
  words.filter((word) => word !== undefined && word !== '').join(' · ');
