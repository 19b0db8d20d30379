import { count } from '../../model/count.ts';
import type { BranchesResult, BranchResult, DeleteResult, ForkResult, LabelResult, ListedBranch } from '../../ops/branch-result.ts';
import { type Line, line, styled } from '../line.ts';
import { type Column, table } from '../table.ts';
import { ago, parseTime } from '../time.ts';
import type { View, ViewSettings } from '../view.ts';
import { cut, oneLine } from '../width.ts';

const columns: Column[] = [{}, {}, { align: 'right' }, { align: 'right' }, { flexible: true }];

/** Tells the branches, or what was done to one. */
export const branchView: View<BranchResult> = function* lines(result, settings) {
  if (result.did === 'listed') yield* listed(result, settings);
  else if (result.did === 'made') yield* madeLines(result, settings);
  else if (result.did === 'labelled') yield* labelled(result);
  else yield* deleted(result);
};

function* listed({ conversations, current }: BranchesResult, settings: ViewSettings): Iterable<Line> {
  const rows = table(
    conversations.flatMap(({ entry, branches }) =>
      branches.map((branch) => row(branch, current?.id === entry.id && current.branch === branch.name, branches, settings)),
    ),
    columns,
    settings.columns,
  );
  let at = 0;
  for (const { entry, branches } of conversations) {
    if (branches.length === 0 && conversations.length > 1) continue;
    if (at > 0) yield line();
    yield line(styled('id', entry.id), ' ', cut(oneLine(entry.title), settings.columns - entry.id.length - 1));
    yield* rows.slice(at, at + branches.length);
    at += branches.length;
  }
  if (at === 0) yield line('There is no branch yet');
}

/** Mark and name, where it left another branch, turns, age, and how it ends. */
function row(
  { name, label, from, turns, updated, subject }: ListedBranch,
  isCurrent: boolean,
  all: readonly ListedBranch[],
  { now }: ViewSettings,
): Line[] {
  const time = parseTime(updated);
  const origin = from && (all.find((one) => one.name === from.branch)?.label ?? from.branch);
  return [
    line(isCurrent ? styled('good', '* ') : '  ', styled('strong', oneLine(label ?? name)), styled('faint', label ? ` (${name})` : '')),
    line(styled('faint', from ? oneLine(`left ${origin} at ${from.n}`) : '')),
    line(styled('faint', count(turns, 'turn'))),
    line(styled('faint', time === undefined ? '' : ago(time, now))),
    line(oneLine(subject ?? '')),
  ];
}

function* madeLines({ id, title, branch, from, turn, step }: ForkResult, { columns: room }: ViewSettings): Iterable<Line> {
  const at = step === undefined ? `turn ${turn.n}` : `step ${step} of turn ${turn.n}`;
  yield line('Branch ', styled('strong', branch), ` begins at ${at} of ${oneLine(from)}`);
  yield line(styled('id', id), ' ', cut(oneLine(title), room - id.length - 1));
  yield line();
  yield line(styled('faint', 'next: '), styled('command', `convo switch ${id}/${branch} · convo log ${id}/${branch}`));
}

function* labelled({ id, branch, before }: LabelResult): Iterable<Line> {
  yield line(
    'Branch ',
    styled('strong', oneLine(before)),
    ' of ',
    styled('id', id),
    ' is labelled ',
    styled('strong', oneLine(branch)),
    ' now',
  );
}

function* deleted({ deleted: branches }: DeleteResult): Iterable<Line> {
  for (const { id, branch, turnsLost } of branches) {
    const lost = turnsLost > 0 ? `, with ${count(turnsLost, 'turn')} that no other branch has` : '';
    yield line('Deleted branch ', styled('strong', oneLine(branch)), ' of ', styled('id', id), lost);
  }
  yield line();
  yield line(styled('faint', 'back with '), styled('command', 'convo undo'));
}
