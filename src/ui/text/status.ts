import { count, grouped } from '../../model/count.ts';
import type { OverviewResult, StatusResult } from '../../ops/status.ts';
import { cutLine, type Line, line, styled } from '../line.ts';
import { type Column, table } from '../table.ts';
import { ago, parseTime } from '../time.ts';
import { shortPath, type View, type ViewSettings } from '../view.ts';
import { oneLine } from '../width.ts';
import { listRows } from './list.ts';
import { dotted } from './words.ts';

const next = (typed: string, does: string): Line => line('  ', styled('command', typed.padEnd(26)), styled('faint', does));

/** Tells what the store holds, what is new on this machine and what is in progress. */
export const statusView: View<StatusResult> = function* lines(result, settings) {
  yield* storeLines(result, settings);
  yield* toolLines(result, settings);
  yield* remoteLines(result, settings);
  yield* unplacedLines(result);
  yield* openLines(result, settings, 20);
  const { current } = result;
  if (current) {
    const branch = current.branch === undefined ? '' : `/${current.branch}`;
    const why = { switch: '', folder: ", the newest of this folder's project", newest: ', the newest of all' }[current.by];
    yield line();
    yield line('Current: ', styled('id', `${current.id}${branch}`), ` ${oneLine(current.title)}`, styled('faint', why));
  }
  yield* bisectLines(result);
  yield* mergingLines(result);
  const changed = sum(result.tools.map((tool) => tool.changed));
  const apart = (result.remote?.ahead ?? 0) + (result.remote?.behind ?? 0);
  const typed = changed > 0 ? 'convo import' : 'convo sync';
  if (changed + apart > 0) yield* [line(), line(styled('faint', 'next: '), styled('command', typed))];
};

/** What `convo` alone says: the status, the last conversations, and what to type next. */
export const overviewView: View<OverviewResult> = function* lines(result, settings) {
  yield* storeLines(result, settings);
  yield* toolLines(result, settings);
  yield* remoteLines(result, settings);
  yield* unplacedLines(result);
  yield* openLines(result, settings, 3);
  yield* bisectLines(result);
  yield* mergingLines(result);
  if (result.recent.length > 0) {
    yield line();
    yield* listRows(result.recent, { ...(result.current && { current: result.current.id }) }, settings).flat();
  }
  yield line();
  yield* whatNext(result);
};

function* whatNext({ exists, tools, conversations, recent, remote }: OverviewResult): Iterable<Line> {
  const changed = sum(tools.map((tool) => tool.changed));
  const [first] = recent;
  if (changed > 0) yield next('convo import', exists ? 'save what is new' : 'save every conversation on this machine');
  if (tools.length === 0) yield next('convo import <path>', 'save a transcript that lies elsewhere');
  if (first) {
    yield next(`convo show ${first.id}`, 'read its last exchange');
    yield next(`convo log ${first.id}`, 'see it turn by turn');
  }
  if (remote && remote.ahead + remote.behind > 0) yield next('convo sync', `have the same here and on ${oneLine(remote.name)}`);
  if (conversations > 0) yield next('convo list', 'see all conversations');
  yield next('convo --help', 'see all commands');
}

function* storeLines(result: StatusResult, settings: ViewSettings): Iterable<Line> {
  const path = shortPath(result.store, settings);
  if (!result.exists) {
    yield line('Nothing is saved yet; the store will be ', styled('strong', path));
    return;
  }
  const tools = dotted(result.byTool.map(({ tool, conversations }) => `${tool} ${grouped(conversations)}`));
  const holds = `${count(result.conversations, 'conversation')}, ${count(result.turns, 'turn')}`;
  yield line(styled('strong', holds), ' in ', path, styled('faint', tools === '' ? '' : ` · ${tools}`));
}

const toolColumns: Column[] = [{}, { flexible: true }, { align: 'right' }, {}];

function* toolLines(result: StatusResult, settings: ViewSettings): Iterable<Line> {
  if (result.tools.length === 0) {
    yield line(styled('faint', 'No AI tool was found under the home folder'));
    return;
  }
  const rows = result.tools.map((tool) => [
    line('  ', oneLine(tool.title)),
    line(styled('faint', shortPath(tool.folder, settings))),
    line(styled('faint', count(tool.sources, 'transcript'))),
    line(tool.changed === 0 ? styled('good', 'all saved') : styled('warn', `${grouped(tool.changed)} new or changed`)),
  ]);
  yield* table(rows, toolColumns, settings.columns);
}

/** As it was fetched last: the remote itself is not asked. */
function* remoteLines({ remote }: StatusResult, settings: ViewSettings): Iterable<Line> {
  if (!remote) return;
  const { ahead, behind, met } = remote;
  const apart = ahead + behind > 0;
  const words = [ahead > 0 && `${grouped(ahead)} ahead`, behind > 0 && `${grouped(behind)} behind`, !met && 'never synced'];
  const standing = apart || !met ? styled('warn', dotted(words.map((word) => word || undefined))) : styled('good', 'up to date');
  const row = [line('  ', oneLine(remote.name)), line(styled('faint', oneLine(shortPath(remote.url, settings)))), line(standing)];
  yield* table([row], [{}, { flexible: true }, {}], settings.columns);
}

function* unplacedLines({ unplaced }: StatusResult): Iterable<Line> {
  if (unplaced.length === 0) return;
  yield line();
  yield line(
    `Resumed from ${count(unplaced.length, 'conversation')} that ${unplaced.length === 1 ? 'is' : 'are'} not here yet, saved as records:`,
  );
  for (const { tool, id, sources } of unplaced.slice(0, 3))
    yield line('  ', styled('id', id), styled('faint', ` · ${tool} · ${count(sources, 'transcript')}`));
  yield next('convo sync', 'brings what they go on from');
}

function* openLines({ open }: StatusResult, { columns, now }: ViewSettings, most: number): Iterable<Line> {
  if (open.length === 0) return;
  yield line();
  yield line(`${count(open.length, 'turn')} in progress, saved as records:`);
  for (const turn of open.slice(0, most)) {
    const time = parseTime(turn.time);
    const facts = dotted([turn.role, time === undefined ? undefined : ago(time, now)]);
    yield cutLine(line('  ', styled('id', `${turn.id}@${turn.n}`), ` ${oneLine(turn.subject)}`, styled('faint', ` · ${facts}`)), columns);
  }
  if (open.length > most) yield line(styled('faint', `  and ${grouped(open.length - most)} more`));
}

function* bisectLines({ bisect }: StatusResult): Iterable<Line> {
  if (!bisect) return;
  yield line();
  yield line('Bisecting ', styled('id', `${bisect.id}/${oneLine(bisect.branch)}`), `, ${bisect.judged} judged`);
  yield line('  ', styled('command', 'convo bisect log · convo bisect reset'));
}

function* mergingLines({ merging }: StatusResult): Iterable<Line> {
  if (!merging) return;
  yield line();
  yield line(`The merge of ${oneLine(merging.from)} into ${oneLine(merging.into)} has stopped at ${count(merging.conflicts, 'conflict')}:`);
  yield next('convo merge --continue', 'with --ours, --theirs or --both');
  yield next('convo merge --abort', 'give it up; nothing has changed');
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
