import { fail } from '../../errors.ts';
import type { Card } from '../../model/card.ts';
import type { Conversation } from '../../model/conversation.ts';
import type { ConversationId } from '../../model/ids.ts';
import { parsePage } from '../../model/page/parse.ts';
import type { Turn } from '../../model/turn.ts';
import { type BranchEntry, homeOf, type Reader, type StoredTurn } from '../../store/entry.ts';
import type { Oid } from '../../store/git.ts';
import type { Context } from '../context.ts';
import { isStored, upTo } from '../in-progress.ts';
import { type ConversationHead, headOfTarget, type Target } from '../target.ts';
import { attachmentsOf } from '../turns.ts';

/** A turn with its page as it is stored. */
export interface PagedTurn {
  turn: Turn;
  page: string;
}

/** A conversation as it is stored, or one thread of it. */
export interface StoredConversation {
  about: Conversation;
  head: ConversationHead;
  active: string;
  card?: Card;
  /** Only what the revision names. */
  isThread: boolean;
  /** Conversations that are shown as one with it, and are files of their own. */
  linked: ConversationId[];
  /** How many turns in progress are left out. */
  open: number;
  branches: StoredBranch[];
  agents: { id: string; turns: PagedTurn[] }[];
  /** Bytes of the files of attachments/ that the pages link to, by name. */
  files: Map<string, Uint8Array>;
}

export interface StoredBranch {
  name: string;
  label?: string;
  /** The tool's own id of the source that goes on behind it, where that is known; each once. */
  native?: string;
  /** Ids of its turns, root first. */
  thread: string[];
  /** Those of them that no branch before tells with the same page. */
  turns: PagedTurn[];
}

/**
 * Reads a conversation with all branches, or the thread that the revision names; turns in progress are left out. Of several that are shown as
 * one it is the first, or the one whose id was `typed`. Throws `nothing-to-export`.
 */
export async function storedConversation(context: Context, target: Target, typed: string): Promise<StoredConversation> {
  const reader = await context.reader();
  const { entry, branch } = target;
  const unfit = target.agent ? 'a sub-agent alone' : target.step === undefined ? undefined : 'a part of a turn';
  if (unfit) throw fail('unknown-flag', { verb: 'export', message: `JSON tells conversations and whole turns, not ${unfit}` });
  // The id of a conversation is the name of its main branch where it is shown as one with another.
  const asked = typed.length < 4 ? undefined : entry.joined?.find(({ id }) => id.startsWith(typed))?.id;
  const named = target.turn !== undefined || (target.branchNamed === true && asked === undefined);
  const conversation = named ? homeOf(entry, branch).conversation : (asked ?? entry.id);
  const all = entry.branches.filter((one) => homeOf(entry, one).conversation === conversation && one.turns > 0);
  const chosen = named ? [branch] : all.sort((a, b) => firstly(entry, a) - firstly(entry, b) || a.turns - b.turns);
  if (chosen.every(({ turns }) => turns === 0)) throw fail('nothing-to-export', { conversation: entry.id });
  const reading = new Reading(reader);
  const card = await reader.card(conversation);
  const natives = new Set<string>();
  const branches: StoredBranch[] = [];
  for (const one of chosen) {
    const thread = named ? upTo(target).filter(isStored) : await reader.thread(one.tip);
    const { branch: name } = homeOf(entry, one);
    const native = card?.native.find((row) => row.tool === card.tool && row.branch === name && !natives.has(row.source))?.source;
    if (native !== undefined) natives.add(native);
    branches.push({ name, ...labelOf(one), ...(native === undefined ? {} : { native }), ...(await reading.branch(one.tip, thread)) });
  }
  const shown = homeOf(entry, branch);
  const newest = chosen.reduce((a, b) => ((b.updated ?? '') > (a.updated ?? '') ? b : a), chosen[0] ?? branch);
  const about = await reader.conversation(newest.tip);
  const agents = await reading.agents(chosen.map(({ tip }) => tip));
  return {
    about,
    head: headOfTarget(target),
    active: shown.conversation === conversation ? shown.branch : homeOf(entry, newest).branch,
    ...(card && { card }),
    isThread: named,
    linked: named ? [] : [...new Set(entry.branches.map((one) => homeOf(entry, one).conversation))].filter((id) => id !== conversation),
    open: named ? upTo(target).filter((one) => !isStored(one)).length : (entry.open?.length ?? 0),
    branches,
    agents,
    files: reading.files,
  };
}

/** A branch that another one only goes on comes before it, so that it stays a branch where the file is imported. */
const firstly = (entry: Target['entry'], branch: BranchEntry): number => (homeOf(entry, branch).branch === 'main' ? 0 : 1);

const labelOf = ({ label }: BranchEntry) => (label === undefined ? {} : { label });

class Reading {
  readonly files = new Map<string, Uint8Array>();
  private readonly reader: Reader;
  /** Turn → page that was told. */
  private readonly told = new Map<string, Oid>();

  constructor(reader: Reader) {
    this.reader = reader;
  }

  async branch(tip: Oid, stored: readonly StoredTurn[]): Promise<Pick<StoredBranch, 'thread' | 'turns'>> {
    const own = stored.filter(({ id, blob }) => this.told.get(id) !== blob);
    for (const { id, blob } of own) if (!this.told.has(id)) this.told.set(id, blob);
    return { thread: stored.map(({ id }) => id), turns: await this.pages(tip, own) };
  }

  /** Each agent once, in the branch that tells most of it. */
  async agents(tips: readonly Oid[]): Promise<StoredConversation['agents']> {
    const longest = new Map<string, { tip: Oid; turns: StoredTurn[] }>();
    for (const tip of tips) {
      for (const id of await this.reader.agents(tip)) {
        const turns = await this.reader.agentThread(tip, id);
        if (turns.length > (longest.get(id)?.turns.length ?? 0)) longest.set(id, { tip, turns });
      }
    }
    const agents: StoredConversation['agents'] = [];
    for (const [id, { tip, turns }] of longest) agents.push({ id, turns: await this.pages(tip, turns) });
    return agents;
  }

  private async pages(tip: Oid, stored: readonly StoredTurn[]): Promise<PagedTurn[]> {
    const turns: PagedTurn[] = [];
    for await (const page of this.reader.pages(stored)) {
      for (const name of attachmentsOf(page)) {
        const bytes = this.files.has(name) ? undefined : await this.reader.attachment(tip, name);
        if (bytes) this.files.set(name, bytes);
      }
      turns.push({ turn: parsePage(page, (name) => this.files.get(name)), page });
    }
    return turns;
  }
}
