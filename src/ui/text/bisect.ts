import { count } from '../../model/count.ts';
import type { BisectFindings, BisectPoint, BisectResult, JudgedPoint } from '../../ops/bisect.ts';
import { cutLine, type Line, line, type Style, styled } from '../line.ts';
import { table } from '../table.ts';
import type { View, ViewSettings } from '../view.ts';
import { oneLine } from '../width.ts';
import { headLines } from './head.ts';
import { dotted, moment } from './words.ts';

/** What a bisect did, and where it stands. */
export type ShownBisect =
  | ({ did: 'started' | 'marked' | 'ran' | 'logged' } & BisectResult)
  | { did: 'reset'; conversation: string; branch: string };

/** Tells what was judged, what that leaves, and what to type next. */
export const bisectView: View<ShownBisect> = function* lines(shown, settings) {
  if (shown.did === 'reset') {
    yield line('Ended the search in ', styled('id', `${shown.conversation}/${oneLine(shown.branch)}`));
    return;
  }
  if (shown.did !== 'marked') yield* [...headLines(shown.conversation, settings), line()];
  if (shown.judged.length > 0)
    yield* table(shown.judged.map(judgedRow), [{ align: 'right' }, {}, {}, { flexible: true }], settings.columns);
  if (shown.judged.length > 0 && shown.did !== 'marked') yield line();
  yield* findingsLines(shown, settings);
};

const looks: Record<JudgedPoint['verdict'], Style> = { good: 'good', bad: 'bad', skip: 'warn' };

const number = ({ turn, step }: BisectPoint): string => (step === undefined ? String(turn.n) : `${turn.n}.${step}`);
const pointName = ({ turn, step }: BisectPoint): string => (step === undefined ? `turn ${turn.n}` : `step ${step} of turn ${turn.n}`);

function judgedRow(point: JudgedPoint): Line[] {
  const said = oneLine(point.output?.trim().split('\n').at(-1) ?? '');
  return [
    line(styled('id', number(point))),
    line(styled(looks[point.verdict], point.verdict)),
    line(styled('faint', point.exit === undefined ? '' : `exit ${point.exit}`)),
    line(oneLine(point.turn.subject), styled('faint', said === '' ? '' : ` · ${said}`)),
  ];
}

function* findingsLines({ findings, name, steps }: BisectResult, settings: ViewSettings): Iterable<Line> {
  const points = (n: number) => count(n, steps ? 'step' : 'turn');
  if (findings.state === 'good') {
    yield line('The last one is good: there is nothing to find');
  } else if (findings.state === 'among') {
    yield line(`Only skipped ones are left: the first bad one is among these ${points(findings.points.length)}`);
    for (const point of findings.points) yield pointLine(point, settings);
  } else if (findings.state === 'found') {
    yield line(styled('strong', `${sentence(pointName(findings.first))} is the first bad one`));
    yield pointLine(findings.first, settings);
  } else {
    const { left, tests, next } = findings;
    yield line(
      left === 0
        ? 'One more to judge'
        : `${count(left, steps ? 'more step' : 'more turn')} may be the first bad one, about ${count(tests, 'judgement')} to go`,
    );
    yield line('Is ', styled('strong', pointName(next)), ' good or bad?');
    yield pointLine(next, settings);
  }
  yield line();
  yield line(styled('faint', 'next: '), styled('command', nextWords(findings, name).join(' · ')));
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

function pointLine(point: BisectPoint, { columns, now }: ViewSettings): Line {
  const { turn } = point;
  const facts = dotted([turn.role, moment(turn.time, now)]);
  return cutLine(line('  ', styled('id', number(point)), '  ', oneLine(turn.subject), styled('faint', ` · ${facts}`)), columns);
}

function nextWords(findings: BisectFindings, name: string): string[] {
  const show = (point: BisectPoint) => `convo show ${name}@${number(point)}`;
  if (findings.state === 'open') return [show(findings.next), 'convo bisect good', 'bad', 'skip', 'run <command>'];
  return [...(findings.state === 'found' ? [show(findings.first)] : []), 'convo bisect reset'];
}
