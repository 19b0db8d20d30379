import type { Host } from '../../host.ts';
import type { Card } from '../../model/card.ts';
import type { ConversationId, TurnId } from '../../model/ids.ts';
import { linksOf } from '../../model/links.ts';
import type { Line } from '../../model/placement.ts';
import { isWeakTitle } from '../../model/title.ts';
import type { Oid } from '../../store/git.ts';
import { projectName, projectsHere } from '../project.ts';
import { withExported } from './exported.ts';
import type { FamilyRun } from './family.ts';
import { isMarked } from './marks.ts';
import type { Scanned } from './scan.ts';
import { sourceName } from './source-names.ts';
import type { WrittenFamily } from './write-family.ts';

/**
 * Returns the card of a conversation after an import: what a person edited stays (`rev`), the rest follows the sources. `linkers`: the
 * conversations that have a link on their cards.
 */
export async function updateCard(
  folders: Folders,
  family: WrittenFamily,
  old: Card | undefined,
  tips: ReadonlyMap<string, Oid>,
  linkers: (link: string) => readonly ConversationId[],
): Promise<Card> {
  const { run } = family;
  const card: Card = old ? structuredClone(old) : { id: run.id, tool: run.tool, native: [], branches: {} };
  const first = run.members[0];
  const origin = family.lines.find(({ branch }) => branch === 'main')?.sources ?? [];
  const originSource = run.members.find((member) => origin.includes(sourceName(member)) && !isMarked(member)) ?? (old ? undefined : first);
  const isFilled = originSource?.facts.exported && card.title && !isWeakTitle(card.title);
  if (!card.rev?.title && !isFilled) setTitle(card, family, originSource);
  if (!card.rev?.project && !card.project) card.project = await projectOf(folders, run, old);
  bindSources(card, family);
  const told = run.members.flatMap(({ facts }) => facts.exported?.links ?? []);
  const links = linksOf({ ...card, links: [...(card.links ?? []), ...told] }, run.members.flatMap(statedParents), linkers);
  if (links.length > 0) card.links = links;
  else delete card.links;
  for (const [branch, at] of tips) card.branches[branch] = { ...card.branches[branch], at };
  if (family.lines.length > 0) card.active = activeBranch(card, family);
  return withExported(card, family, old === undefined);
}

/** Native ids of the sources that a source says it comes from; of a sub-agent whose parent is not known, that one's. */
const statedParents = ({ facts: { base, parents, agent, exported } }: Scanned): string[] => [
  ...(base ? [base.native] : []),
  ...(exported ? [] : parents),
  ...(agent ? [agent.of] : []),
];

function setTitle(card: Card, { title }: WrittenFamily, origin: Scanned | undefined): void {
  if (origin?.facts.title) card.title = origin.facts.title;
  else if (!card.title || isWeakTitle(card.title)) card.title = title ?? card.title ?? '';
}

/** Returns the project of a conversation: as its card says, else the git remote where the records or the folder tell it, else the folder. */
export async function projectOf(folders: Folders, { members }: FamilyRun, card: Card | undefined): Promise<string> {
  const facts = members[0]?.facts;
  if (card?.project || !facts) return card?.project ?? '';
  if (facts.remote) return projectName(facts.remote);
  return facts.folder ? folders(facts.folder) : '';
}

/** Tells the project of a folder of this machine. */
export type Folders = (folder: string) => Promise<string>;

/** Returns a teller that looks at each folder once. */
export function projectFolders(host: Host): Folders {
  const known = new Map<string, Promise<string>>();
  const look = async (folder: string) => (await projectsHere({ ...host, cwd: folder }))[0] ?? folder;
  return (folder) => {
    const project = known.get(folder) ?? look(folder);
    known.set(folder, project);
    return project;
  };
}

/** One row for each branch of each source; a source without a branch of its own has one row without, unless it is an export. */
function bindSources(card: Card, { run, lines }: WrittenFamily): void {
  for (const member of run.members) {
    const source = sourceName(member);
    const branches = lines.filter((line) => line.sources.includes(source)).map(({ branch }) => branch);
    const rows = branches.length > 0 ? branches.map((branch) => ({ branch })) : member.facts.exported ? [] : [{}];
    for (const row of rows) {
      const same = card.native.some((known) => known.source === source && known.branch === ('branch' in row ? row.branch : undefined));
      if (!same)
        card.native.push({ tool: member.importer.tool, source, ...(member.facts.root ? { root: member.facts.root } : {}), ...row });
    }
    if (branches.length > 0) card.native = card.native.filter((known) => known.source !== source || known.branch !== undefined);
  }
}

/** The branch with the newest tip; of a source that was read now only the one that its tool would resume. */
function activeBranch(card: Card, { run, lines, times }: WrittenFamily): string {
  const resumed = new Map(run.members.map((member) => [sourceName(member), member.facts.active]));
  const holds = ({ turns }: Line, active: TurnId) => turns.some(({ turn }) => turn === active);
  const candidates = lines.filter((line) =>
    line.sources.every((source) => {
      const active = resumed.get(source);
      const isOther = (other: Line) => other.sources.includes(source) && active !== undefined && holds(other, active);
      return active === undefined || holds(line, active) || !lines.some(isOther);
    }),
  );
  const pool = candidates.length > 0 ? candidates : lines;
  const newest = [...pool].sort((a, b) => (times.get(b.branch) ?? 0) - (times.get(a.branch) ?? 0) || (a.branch < b.branch ? -1 : 1));
  return newest[0]?.branch ?? card.active ?? 'main';
}
