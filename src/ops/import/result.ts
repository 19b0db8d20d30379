import type { SourceRow, SourceTable } from '../../store/state.ts';
import type { ImportRun } from '../import.ts';
import type { FoundTool, ImportedConversation, ImportResult } from '../import-result.ts';
import type { Families } from './family.ts';
import type { FoundSources } from './find.ts';
import { type Held, isHeld } from './held.ts';
import { type Scanned, stampText } from './scan.ts';
import type { WrittenFamily } from './write-family.ts';

/** Returns what a run did, in the figures that people and scripts read. */
export function resultOf(
  run: ImportRun,
  written: readonly WrittenFamily[],
  { waiting, unplaced }: Pick<Families, 'waiting' | 'unplaced'> = { waiting: [], unplaced: [] },
): ImportResult {
  const { context, scanned, table, found, input } = run;
  const conversations = written.map(imported);
  const changed = conversations.filter((one) => one.new || one.turnsAdded + one.branchesAdded + one.open + one.labels.length > 0);
  const isNew = changed.filter((conversation) => conversation.new);
  const unchanged = new Set(
    [...table.rows.values()].flatMap((row) => (row.conversation && !isHeld(run.held, row) ? row.conversation : [])),
  );
  for (const { id } of conversations) unchanged.add(id);
  for (const { id } of changed) unchanged.delete(id);
  const sum = (of: (source: Scanned) => number) => scanned.reduce((total, source) => total + of(source), 0);
  return {
    dryRun: input.dryRun,
    tools: foundTools(found, table, run.held),
    conversations: {
      new: isNew.length,
      grown: changed.length - isNew.length,
      unchanged: unchanged.size,
    },
    turnsAdded: changed.reduce((total, { turnsAdded }) => total + turnsAdded, 0),
    branchesAdded: changed.reduce((total, { branchesAdded }) => total + branchesAdded, 0),
    openTurns: changed.reduce((total, { open }) => total + open, 0),
    waiting: waiting.map(({ source }) => source.path),
    unplaced: unplaced.flatMap(({ home, sources }) =>
      sources.map(({ source }) => ({ path: source.path, tool: home.tool, conversation: home.id })),
    ),
    held: run.heldBack,
    records: {
      total: sum(({ counts }) => counts.records),
      inTurns: sum(({ counts }) => counts.inTurns),
      rawOnly: sum(({ counts }) => counts.rawOnly),
      skipped: sum(({ skipped }) => skipped.length),
    },
    bytes: sum(({ bytes }) => bytes),
    changed,
    skipped: scanned.flatMap(({ skipped }) => skipped),
    failed: run.failed.map(({ path, reason }) => ({ path, reason })),
    took: context.host.now() - run.started,
  };
}

/** Returns the tools of found sources, with how many sources are new or have changed; those held back are neither. */
export function foundTools(found: readonly FoundSources[], table: SourceTable, held: Held): FoundTool[] {
  const isChanged = (row: SourceRow | undefined, stamp: string) => row?.stamp !== stamp && !isHeld(held, row);
  return found.map(({ importer, folder, sources }) => ({
    tool: importer.tool,
    title: importer.title,
    folder,
    sources: sources.length,
    changed: sources.filter((source) => isChanged(table.rows.get(source.key), stampText(source.stamp))).length,
  }));
}

function imported({ run, card, labels = [], turnsAdded, branchesAdded, open }: WrittenFamily): ImportedConversation {
  return {
    id: run.id,
    title: card?.title ?? '',
    tool: run.tool,
    project: card?.project ?? '',
    new: run.isNew,
    turnsAdded,
    branchesAdded,
    open: [...open.values()].reduce((total, turns) => total + turns.length, 0),
    labels,
  };
}
