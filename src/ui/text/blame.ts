import { count } from '../../model/count.ts';
import { shellWord } from '../../model/shell-word.ts';
import type { Blamed, BlameResult } from '../../ops/blame.ts';
import { type Line, line, styled } from '../line.ts';
import { table } from '../table.ts';
import type { View, ViewSettings } from '../view.ts';
import { cut, cutStart, oneLine } from '../width.ts';
import { moment } from './words.ts';

/** A row a line or file: the turn that it stood in first, what it is of, and itself. */
export const blameView: View<BlameResult> = function* lines({ kind, text, all, found, more }, settings) {
  const [first] = found;
  if (!first) {
    const where = all ? 'in no conversation' : 'nowhere in this thread';
    yield line(
      kind === 'file' ? `A file of that name was changed ${where}` : `It was said ${where}`,
      ': ',
      cut(oneLine(text), settings.columns >> 1),
    );
    if (!all)
      yield* [
        line(),
        line(styled('faint', 'next: '), styled('command', 'convo blame --all'), styled('faint', ' looks through all conversations')),
      ];
    return;
  }
  const rows = found.map((one) => row(one, kind, settings));
  yield* table(rows, [{}, {}, {}, { flexible: true, ...(kind === 'file' ? { cut: cutPath } : {}) }], settings.columns);
  if (more > 0) yield line(styled('faint', `and ${count(more, 'more')}`));
  yield* [line(), line(styled('faint', 'next: '), styled('command', `convo show ${shellWord(oneLine(first.name))}`))];
};

const cutPath = (path: Line, columns: number): Line => line(cutStart(path.map(({ text }) => text).join(''), columns));

const words: Partial<Record<Blamed['part'], string>> = { 'tool-call': 'call', 'tool-result': 'result' };

function speaker({ part, turn, agent }: Blamed): string {
  if (part === 'prompt') return 'you';
  if (part !== 'text') return words[part] ?? part;
  return agent ? 'agent' : turn.role === 'user' ? 'you' : 'ai';
}

function row(one: Blamed, kind: BlameResult['kind'], { now }: ViewSettings): Line[] {
  return [
    line(styled('id', oneLine(one.name))),
    line(styled('faint', moment(one.turn.time, now) ?? '')),
    line(styled('faint', kind === 'file' ? count(one.turns, 'turn') : speaker(one))),
    kind === 'file' ? line(oneLine(one.line)) : near(one),
  ];
}

/** Columns before a match that are shown where it stands far back in its line. */
const lead = 24;

function near({ line: text, at, length }: Blamed): Line {
  const from = at > 2 * lead ? at - lead : 0;
  const flat = (part: string) => part.slice(0, 1_000).replace(/\s+/g, ' ');
  return line(
    from > 0 ? '…' : '',
    flat(text.slice(from, at)),
    styled('strong', flat(text.slice(at, at + length))),
    flat(text.slice(at + length, at + length + 1_000)),
  );
}
