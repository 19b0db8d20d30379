import { count, grouped } from '../../model/count.ts';
import type { ImportedConversation, ImportResult } from '../../ops/import-result.ts';
import { type Line, line, styled } from '../line.ts';
import { bytes } from '../numbers.ts';
import { type Column, table } from '../table.ts';
import { duration } from '../time.ts';
import { shortPath, type View, type ViewSettings } from '../view.ts';
import { cut, oneLine } from '../width.ts';
import { dotted, projectTail } from './words.ts';

const shownConversations = 10;
const shownSkips = 3;

/** Tells what was found, what was saved, what was skipped and why, and what to type next. `report`: every skipped record. */
export function importView(report: boolean): View<ImportResult> {
  return function* lines(result, settings) {
    yield* found(result, settings);
    yield* saved(result, settings);
    yield* skipped(result, settings, report);
    yield* next(result, report);
  };
}

const toolColumns: Column[] = [{}, { flexible: true }, { align: 'right' }, {}];

function* found({ tools }: ImportResult, settings: ViewSettings): Iterable<Line> {
  if (tools.length === 0) {
    yield line('No AI tool was found under the home folder');
    return;
  }
  yield line(styled('heading', 'Found'));
  const rows = tools.map((tool) => [
    line('  ', oneLine(tool.title)),
    line(styled('faint', shortPath(tool.folder, settings))),
    line(count(tool.sources, 'transcript')),
    line(styled('faint', tool.changed === 0 ? 'nothing new' : `${grouped(tool.changed)} new or changed`)),
  ]);
  yield* table(rows, toolColumns, settings.columns);
}

const conversationColumns: Column[] = [{}, {}, { flexible: true }, {}, { align: 'right' }];

const hasGrown = (one: ImportedConversation) => one.new || one.turnsAdded > 0 || one.branchesAdded > 0 || one.labels.length > 0;

function* saved(result: ImportResult, settings: ViewSettings): Iterable<Line> {
  const { conversations, changed, dryRun, openTurns } = result;
  const grown = changed.filter(hasGrown);
  if (result.tools.length === 0 && changed.length === 0) return;
  yield line();
  if (grown.length === 0) {
    const same = conversations.unchanged + changed.length;
    yield line(`No new turn: ${count(same, 'conversation')} ${dryRun ? 'would stay' : same === 1 ? 'stands' : 'stand'} as saved`);
    if (openTurns > 0) yield line(`${count(openTurns, 'turn')} in progress, saved as records`);
  } else {
    yield line(styled('heading', dryRun ? 'Would save' : 'Saved'));
    const severalTools = new Set(grown.map((one) => one.tool)).size > 1;
    const rows = grown.slice(0, shownConversations).map((one) => conversationRow(one, severalTools));
    yield* table(rows, conversationColumns, settings.columns);
    const more = grown.length - shownConversations;
    if (more > 0) yield line(styled('faint', `  and ${count(more, 'more conversation')}`));
    yield line();
    yield line(styled('good', dryRun ? 'Nothing was written. ' : ''), styled('strong', totals(result, grown.length)));
  }
  if (result.records.total > 0) yield line(styled('faint', recordWords(result)));
}

function conversationRow(one: ImportedConversation, withTool: boolean): Line[] {
  const added = [
    one.turnsAdded > 0 ? `+${count(one.turnsAdded, 'turn')}` : undefined,
    one.branchesAdded > 0 && !one.new ? `+${count(one.branchesAdded, 'branch', 'branches')}` : undefined,
    one.labels.length > 0 ? `+${one.labels.join(', ')}` : undefined,
    one.open > 0 ? `${one.open} open` : undefined,
  ];
  return [
    line('  ', styled('id', one.id)),
    line(styled('faint', withTool ? one.tool : '')),
    line(oneLine(one.title)),
    line(styled('faint', cut(oneLine(projectTail(one.project)), 16))),
    line(styled('added', dotted(added) || 'records alone')),
  ];
}

function totals({ changed, conversations, turnsAdded, branchesAdded, openTurns }: ImportResult, all: number): string {
  const old = all - conversations.new;
  const fresh = conversations.new > 0 ? [count(conversations.new, 'new conversation')] : [];
  const where = [...fresh, ...(old > 0 ? [fresh.length > 0 ? `${grouped(old)} older` : count(old, 'conversation')] : [])];
  return [
    `${turnsAdded === 0 && changed.some(({ labels }) => labels.length > 0) ? 'labels' : count(turnsAdded, 'turn')} in ${where.join(' and ')}`,
    ...(branchesAdded > 0 ? [count(branchesAdded, 'branch', 'branches')] : []),
    ...(openTurns > 0 ? [`${count(openTurns, 'turn')} in progress`] : []),
  ].join(', ');
}

/** Every record that was read is accounted for: the numbers add up. */
function recordWords({ records, bytes: read, took }: ImportResult): string {
  const { total, inTurns, rawOnly, skipped: left } = records;
  const parts = `${grouped(inTurns)} in turns, ${grouped(rawOnly)} kept as source only, ${grouped(left)} skipped`;
  return `${count(total, 'record')} read (${bytes(read)} in ${duration(took)}): ${parts}`;
}

function* skipped(result: ImportResult, settings: ViewSettings, report: boolean): Iterable<Line> {
  const { failed, skipped: records, waiting, held } = result;
  if (held > 0)
    yield line(
      styled('faint', `${count(held, 'transcript')} held back after an undo: `),
      styled('command', 'convo redo · convo import --again'),
    );
  if (waiting.length > 0)
    yield line(styled('faint', `${count(waiting.length, 'transcript')} without a turn yet: read again after growing`));
  yield* unplacedLines(result, settings, report);
  if (report) for (const path of waiting) yield line('  ', styled('faint', shortPath(oneLine(path), settings)));
  for (const { path, reason } of failed)
    yield* [line(), line(styled('bad', 'Could not read '), shortPath(oneLine(path), settings), `: ${oneLine(reason)}`)];
  if (records.length === 0) return;
  yield line();
  yield line(styled('warn', `Skipped ${count(records.length, 'record')}`));
  for (const one of records.slice(0, report ? records.length : shownSkips)) {
    const at = one.line === undefined ? `byte ${one.offset}` : one.column === undefined ? `${one.line}` : `${one.line}:${one.column}`;
    const kept = one.kept ? 'its bytes are kept' : `${bytes(one.length)} not kept`;
    yield line('  ', `${shortPath(oneLine(one.file), settings)}:${at}`, styled('faint', `  ${oneLine(one.reason)} · ${kept}`));
  }
  if (!report && records.length > shownSkips)
    yield line(styled('faint', `  and ${records.length - shownSkips} more: convo import --again --report lists them all`));
}

function* unplacedLines({ unplaced }: ImportResult, settings: ViewSettings, report: boolean): Iterable<Line> {
  if (unplaced.length === 0) return;
  yield line(
    styled('warn', `${count(unplaced.length, 'transcript')} resumed from a conversation that is not here yet, saved as records: `),
    styled('command', 'convo sync'),
  );
  if (report) for (const { path } of unplaced) yield line('  ', styled('faint', shortPath(oneLine(path), settings)));
}

function* next({ tools, changed, dryRun }: ImportResult, report: boolean): Iterable<Line> {
  if (report) return;
  const first = changed.find(hasGrown);
  const typed = dryRun
    ? ['convo import']
    : tools.length === 0
      ? ['convo import <path>']
      : ['convo list', ...(first ? [`convo log ${first.id}`, `convo show ${first.id}`] : [])];
  yield* [line(), line(styled('faint', 'next: '), styled('command', typed.join(' · ')))];
}
