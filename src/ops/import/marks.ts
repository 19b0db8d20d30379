import { importers } from '../../importers/registry.ts';
import type { ConversationId, ToolId, TurnId } from '../../model/ids.ts';
import type { Known } from '../../model/lineage.ts';
import { readSessionMark, type SessionMark, turnPrefix } from '../../model/mark.ts';
import { branchPrefix } from '../../store/layout.ts';
import type { RefIndex } from '../../store/ref-index.ts';
import type { FamilyRun } from './family.ts';
import type { Scanned } from './scan.ts';

const tools = importers.map(({ tool }) => tool);

/** Returns what the native id of a source says of where convo resumed it from; undefined for any other source. */
export const markOf = ({ facts }: Scanned): SessionMark | undefined => readSessionMark(facts.native, tools);

/** Tells whether a source was written by convo, to go on from a conversation. */
export const isMarked = (source: Scanned): boolean => markOf(source) !== undefined;

/**
 * Returns the turn from which convo resumed a source, where that is one of this conversation: of a prompt that nobody answered yet the last
 * finished turn before it.
 */
export function resumedTurn(source: Scanned, id: ConversationId, finished: ReadonlySet<TurnId>): TurnId | undefined {
  const mark = markOf(source);
  if (mark?.conversation !== id.slice(0, 10)) return undefined;
  const parents = new Map(source.turns.map((turn) => [turn.id, turn.parent]));
  const passed = new Set<TurnId>();
  let at = source.turns.find((turn) => turn.agent === undefined && turnPrefix(turn.id) === mark.prefix)?.id;
  for (; at !== undefined && !finished.has(at) && !passed.has(at); at = parents.get(at) ?? undefined) passed.add(at);
  return at !== undefined && finished.has(at) ? at : undefined;
}

/** Returns what a page says of the tool in which its turn was made, where that is not the conversation's birthplace. */
export const madeIn = ({ importer }: Scanned, { tool }: Pick<FamilyRun, 'tool'>): { tool?: ToolId } =>
  importer.tool === tool ? {} : { tool: importer.tool };

/** Returns the marks of main sources; one that states a marked one as its past comes home with it. */
export function marksOf(sources: Iterable<Scanned>): Map<Scanned, SessionMark> {
  const all = [...sources];
  const marks = new Map(all.flatMap((source): [Scanned, SessionMark][] => entryOf(source, markOf(source))));
  for (let before = -1; before < marks.size; ) {
    before = marks.size;
    const byName = new Map([...marks].map(([{ importer, facts }, mark]) => [`${importer.tool} ${facts.native}`, mark]));
    for (const source of all) {
      if (marks.has(source)) continue;
      const stated = [...(source.facts.base ? [source.facts.base.native] : []), ...source.facts.parents];
      const mark = stated.map((native) => byName.get(`${source.importer.tool} ${native}`)).find((one) => one !== undefined);
      if (mark) marks.set(source, mark);
    }
  }
  return marks;
}

const entryOf = (source: Scanned, mark: SessionMark | undefined): [Scanned, SessionMark][] => (mark ? [[source, mark]] : []);

/** A conversation, and the tool under which it stands. */
export interface Home {
  tool: ToolId;
  id: ConversationId;
}

/**
 * Returns the conversation that a marked source comes home to: the one whose card names it, else that of its mark, where its branches are
 * here. What a mark says is a claim: it decides for its own source alone.
 */
export function homeOf(source: Scanned, mark: SessionMark, known: Known, refs: RefIndex): Home | undefined {
  const isHere = ({ tool, id }: Home) => refs.below(branchPrefix(tool, id)).size > 0;
  const alias = known.byNative(source.importer.tool, source.facts.native);
  const sharing = source.turns.map(({ id }) => known.byTurn(source.importer.tool, id)).find((id) => id?.slice(0, 10) === mark.conversation);
  const homes = [
    ...(alias ? [{ tool: known.toolOf(alias) ?? mark.tool, id: alias }] : []),
    ...(sharing ? [{ tool: mark.tool, id: sharing }] : []),
    { tool: mark.tool, id: mark.conversation as ConversationId },
  ];
  return homes.find(isHere);
}
