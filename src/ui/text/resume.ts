import { count, grouped } from '../../model/count.ts';
import { shellWord } from '../../model/shell-word.ts';
import type { ResumeResult } from '../../ops/resume-result.ts';
import { type Line, line, lineWidth, styled, wrapLine } from '../line.ts';
import { bytes } from '../numbers.ts';
import { type Column, table } from '../table.ts';
import { shortPath, type View, type ViewSettings } from '../view.ts';
import { oneLine } from '../width.ts';

type Written = NonNullable<ResumeResult['written']>;

/** Tells what was written where, what became of what on the way, and what to type to go on. */
export const resumeView: View<ResumeResult> = function* lines(result, settings) {
  const { dryRun, written, turns, title, conversation } = result;
  if (!written) {
    yield* documentLines(result, settings);
    return;
  }
  yield line(
    styled('strong', dryRun ? 'Would go on' : 'Goes on'),
    ' with ',
    styled('id', oneLine(`${conversation.id}/${written.branch}`)),
    ` in ${oneLine(title)}`,
    styled('faint', ` · ${oneLine(conversation.title)} · ${count(turns, 'turn')}`),
  );
  if (result.inProgress) yield line('  ', styled('warn', progressWords(result)));
  if (written.branchIsNew)
    yield line(styled('faint', `  on a branch of its own, ${oneLine(written.branch)}, from turn ${result.turn.n}${stepWords(result)}`));
  if (result.elsewhere) yield line('  ', styled('warn', 'made on another machine, or not only on this one'));
  yield line();
  yield* fidelityLines(result, settings);
  yield line();
  yield* fileLines(written, settings, dryRun);
  yield* typedLines(written, settings, dryRun);
};

const progressWords = ({ inProgress, dryRun }: ResumeResult): string =>
  dryRun
    ? `turn ${inProgress?.n} is in progress: it would be saved as it stands`
    : `turn ${inProgress?.n} was in progress: it is saved as it stood`;

const stepWords = ({ turn }: ResumeResult): string => (turn.step === undefined ? '' : `, step ${turn.step}`);

const columns: Column[] = [{}, { align: 'right' }, {}];
/** The reasons are told whole: in what is left of the width, or at least in so many columns. */
const leastForReasons = 24;
const styles = { exact: 'good', converted: 'faint', flattened: 'warn', dropped: 'warn' } as const;

function* fidelityLines({ fidelity }: ResumeResult, settings: ViewSettings): Iterable<Line> {
  const rows = fidelity.map(({ component, kept, count: number }) => [
    line('  ', component),
    line(grouped(number)),
    line(styled(styles[kept], kept)),
  ]);
  for (const [at, head] of table(rows, columns, settings.columns).entries()) {
    const indent = lineWidth(head) + 2;
    const why = line(styled('faint', oneLine(fidelity[at]?.why ?? '')));
    const [first = [], ...more] = wrapLine(why, Math.max(leastForReasons, settings.columns - indent));
    yield line(head, '  ', first);
    for (const rest of more) yield line(' '.repeat(indent), rest);
  }
}

const shownFiles = 6;

function* fileLines({ files }: Written, settings: ViewSettings, dryRun: boolean): Iterable<Line> {
  const [first, ...rest] = files;
  if (!first) return;
  yield line(dryRun ? 'Would write ' : 'Wrote ', shortPath(oneLine(first.path), settings), styled('faint', ` · ${bytes(first.size)}`));
  for (const { path, size } of rest.slice(0, shownFiles))
    yield line('  ', shortPath(oneLine(path), settings), styled('faint', ` · ${bytes(size)}`));
  if (rest.length > shownFiles) yield line(styled('faint', `  and ${count(rest.length - shownFiles, 'more file')}`));
}

function* typedLines({ command, before, cwd, why }: Written, settings: ViewSettings, dryRun: boolean): Iterable<Line> {
  yield line();
  const typed = [...before, command].map((words) => words.map(shellWord).join(' '));
  const asks = dryRun ? 'To go on there you would type, with an id of its own:' : 'To go on there, type:';
  yield line(asks, styled('faint', why === undefined ? '' : `  (${oneLine(why)})`));
  yield line('  ', styled('command', [`cd ${folder(cwd, settings)}`, ...typed].join(' && ')));
  yield line();
  const next = dryRun
    ? 'convo resume without --dry-run writes it'
    : 'convo import brings home what is said there · convo undo takes the conversation away';
  yield line(styled('faint', `next: ${next}`));
}

/** Between quotes a shell knows no home folder. */
const folder = (path: string, settings: ViewSettings): string => {
  const short = shortPath(path, settings);
  return /^~[\w@%+=:,./~-]*$/.test(short) ? short : shellWord(path);
};

function* documentLines({ document, output, dryRun }: ResumeResult, settings: ViewSettings): Iterable<Line> {
  if (output) {
    yield line(dryRun ? 'Would write ' : 'Wrote ', shortPath(oneLine(output.path), settings), styled('faint', ` · ${bytes(output.size)}`));
    return;
  }
  for (const row of (document ?? '').replace(/\n$/, '').split('\n')) yield line(row);
}

/** The document as it is, where it does not go to a terminal. */
export function documentOf({ document }: ResumeResult): AsyncIterable<Uint8Array> | undefined {
  return document === undefined ? undefined : one(Buffer.from(document));
}

async function* one(piece: Uint8Array): AsyncGenerator<Uint8Array> {
  yield piece;
}
