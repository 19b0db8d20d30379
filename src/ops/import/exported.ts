import type { Exported } from '../../importers/importer.ts';
import { type Card, ownValue, tagsOf, withTag } from '../../model/card.ts';
import { type LabelChange, labelChanges, mostTags } from '../../model/labels.ts';
import type { Line, Placement } from '../../model/placement.ts';
import type { FamilyRun } from './family.ts';
import type { Scanned } from './scan.ts';
import { sourceName } from './source-names.ts';
import type { WriteOptions, WrittenFamily } from './write-family.ts';

/**
 * Returns a plan whose new lines have the names that exports tell, where those are free; of a new conversation also with the branches that
 * others go on from or tell whole.
 */
export function withToldNames(
  placement: Placement,
  { run, stored, deleted }: Pick<WriteOptions, 'deleted'> & { run: FamilyRun; stored: readonly Line[] },
): Placement {
  const lines = [...placement.lines];
  const renamed = new Map<string, string>();
  const kept = new Set(['main', ...stored.map(({ branch }) => branch)]);
  for (const { member, branch } of told(run)) {
    if (kept.has(branch) || deleted.some(({ ref }) => ref === branch)) continue;
    const at = lines.findIndex((line) => !kept.has(line.branch) && line.turns.length === member.turns.length && tells(line, member));
    const [line, whole] = [lines[at], lines.find((one) => tells(one, member))];
    const tip = whole?.turns[member.turns.length - 1]?.point;
    if (line) {
      renamed.set(line.branch, branch);
      lines[at] = { ...line, branch };
    } else if (run.isNew && whole && tip)
      lines.push({ branch, tip, turns: whole.turns.slice(0, member.turns.length), sources: [sourceName(member)] });
    kept.add(branch);
  }
  return { actions: placement.actions.map((action) => ({ ...action, branch: renamed.get(action.branch) ?? action.branch })), lines };
}

function* told({ members }: FamilyRun): Iterable<{ member: Scanned; branch: string; exported: Exported }> {
  for (const member of members) {
    const { exported } = member.facts;
    if (exported?.branch !== undefined) yield { member, branch: exported.branch, exported };
  }
}

/** Whether a line begins with all turns of a source, as it tells them. */
const tells = ({ turns }: Line, source: Scanned): boolean =>
  source.turns.length <= turns.length &&
  source.turns.every(({ id, records }, at) => turns[at]?.turn === id && turns[at]?.kept.length === records.kept.length);

/**
 * Returns the card with what exports tell of it, where nobody here has ever said anything: a label that was set or taken away here stays as
 * it is. What is put there counts as never edited, so that it loses against whoever says otherwise; a title that a person gave stays
 * against those of tools.
 */
export function withExported(card: Card, { run, lines }: Pick<WrittenFamily, 'run' | 'lines'>, isNew: boolean): Card {
  let next = card;
  for (const { facts } of run.members) {
    if (facts.exported) next = withLabelsOf(next, facts.exported);
    if (facts.exported?.titled && isNew) next = { ...next, rev: { ...next.rev, title: 1 } };
  }
  for (const { member, branch, exported } of told(run)) {
    const line = lines.find((one) => one.branch === branch && tells(one, member));
    if (!line) continue;
    if (isNew && exported.active) next = { ...next, active: branch };
    next = withBranchLabel(next, branch, exported.label);
  }
  return next;
}

function withLabelsOf(card: Card, { labels, tags }: Exported): Card {
  let next = card;
  for (const field of ['status', 'priority', 'intent', 'notes'] as const) {
    const value = labels[field];
    if (value !== undefined && next[field] === undefined && !next.rev?.[field]) next = { ...next, [field]: value };
  }
  for (const tag of tags) if (ownValue(next.tagrev, tag) === undefined && tagsOf(next).length < mostTags) next = withTag(next, tag, true);
  return next;
}

/** Returns what an import changed of what people put on a conversation; titles and projects follow the sources in any case. */
export const broughtLabels = (before: Card, after: Card): LabelChange['field'][] =>
  labelChanges(before, after).flatMap(({ field }) => (field === 'title' || field === 'project' ? [] : [field]));

function withBranchLabel(card: Card, name: string, label: string | undefined): Card {
  const branch = ownValue(card.branches, name);
  if (!branch || label === undefined || branch.label !== undefined || card.rev?.[`${name}.label`]) return card;
  const isTaken = Object.entries(card.branches).some(([other, one]) => other === label || one.label === label);
  return isTaken ? card : { ...card, branches: { ...card.branches, [name]: { ...branch, label } } };
}
