import type { Card } from '../model/card.ts';
import type { Conversation } from '../model/conversation.ts';
import type { ConversationId, ToolId, TurnId } from '../model/ids.ts';
import type { Role } from '../model/turn.ts';
import type { Oid } from './git.ts';
import type { Recorded } from './recorded.ts';

/** One conversation as the index knows it: enough to list and to resolve revisions without opening git. */
export interface Entry {
  id: ConversationId;
  tool: ToolId;
  title: string;
  /** Git remote without scheme and credentials (`github.com/org/app`), else the folder's path. */
  project: string;
  /** ISO times of the first and of the last turn of any branch. */
  started?: string | undefined;
  updated?: string | undefined;
  /** Turns on the active branch. */
  turns: number;
  /** False for a conversation without an answered prompt: `list` leaves it out. */
  answered: boolean;
  /** The last real model of the active branch. */
  model?: string | undefined;
  /** Name of the branch that the tool itself would resume. */
  active: string;
  branches: BranchEntry[];
  /** Native ids of its sources. */
  natives: string[];
  /** What people put on it: sorted tags, and the values of its card. */
  tags?: string[] | undefined;
  status?: string | undefined;
  priority?: string | undefined;
  intent?: string | undefined;
  /** Ids of the sub-agents whose threads stand on the active branch. */
  agents?: string[] | undefined;
  /** Ids of conversations that are the same or belong together, some of which the store may not hold. */
  links?: string[] | undefined;
  /** Conversations that are shown as one with this: forks that came before what they were made from. Set for reading alone. */
  joined?: Joined[];
  /** Only its card is here: the branches are those that it names, and their turns are not known. */
  absent?: boolean | undefined;
  /** Turns that are saved in raw only, because they are not finished. */
  open?: OpenTurn[];
}

/** Orders entries as a listing has them: newest first. */
export function byAge(a: Entry, b: Entry): number {
  const [left, right] = [a.updated ?? '', b.updated ?? ''];
  return (left === right ? a.id < b.id : left > right) ? -1 : 1;
}

/** Returns the branches of a conversation that tell something that no other one tells. */
export const shownBranches = ({ branches }: Entry): BranchEntry[] => branches.filter(({ within }) => within === undefined);

/** A conversation that is shown as a part of another. */
export interface Joined {
  id: ConversationId;
  natives: string[];
  /** The branch, by its name in the whole, that stands for it. */
  active: string;
}

export interface BranchEntry {
  name: string;
  /** What people see; absent = name. */
  label?: string;
  tip: Oid;
  turns: number;
  updated?: string;
  /** Where this line left another one; absent for a root line. */
  from?: { branch: string; turn: TurnId; n: number };
  /** The branch that holds the same turns and more: this one is not shown. */
  within?: string;
  /** Where the branch is another conversation's (`Entry.joined`): that one, and its name there. */
  home?: { conversation: ConversationId; branch: string };
}

/** Returns where a branch of a conversation is stored: where another one's is shown with it, that one, under the name that it has there. */
export const homeOf = ({ id }: Pick<Entry, 'id'>, { home, name }: Pick<BranchEntry, 'home' | 'name'>): NonNullable<BranchEntry['home']> =>
  home ?? { conversation: id, branch: name };

export interface OpenTurn {
  id: TurnId;
  /** null for a first turn. */
  parent: TurnId | null;
  /** The source that tells it, as the card names it. */
  source: string;
  branch: string;
  n: number;
  role: Role;
  subject: string;
  time?: string;
}

/** A turn as it stands in a branch's tree. */
export interface StoredTurn {
  id: TurnId;
  n: number;
  role: Role;
  /** `turns/00/0001-user-<id>.md`, or below `agents/<agent id>/`. */
  path: string;
  blob: Oid;
}

/** What a commit says in its first line. */
export interface CommitSubject {
  text: string;
  /** The turn that it brought. */
  turn?: TurnId;
}

/** What reading commands need of the store; implemented by repo.ts. */
export interface Reader {
  /** Newest first. */
  entries(): Promise<Entry[]>;
  /**
   * Those of them whose id or native id begins with one of the names (for a whole id, that one alone), the two newest answered ones of all and of each project, and
   * perhaps others; undefined where that takes no less than all.
   */
  someEntries(wanted: { names: readonly string[]; projects: readonly string[] }): Promise<Entry[] | undefined>;
  /** The turns of a branch, root first. */
  thread(tip: Oid): Promise<StoredTurn[]>;
  /** Ids of the sub-agent threads in the tree of a tip. */
  agents(tip: Oid): Promise<string[]>;
  /** The turns of one sub-agent's thread, root first. */
  agentThread(tip: Oid, agent: string): Promise<StoredTurn[]>;
  /** The pages of turns, in their order. */
  pages(turns: readonly StoredTurn[]): AsyncIterable<string>;
  /** What `conversation.md` says in the tree of a tip. Throws `bad-page`. */
  conversation(tip: Oid): Promise<Conversation>;
  /** Bytes of `attachments/<name>` in the tree of a tip, pieces joined; undefined when it is not there. */
  attachment(tip: Oid, name: string): Promise<Uint8Array | undefined>;
  /** The best common ancestor of two commits, as `git merge-base` tells it; undefined where they share no history. */
  mergeBase(one: Oid, other: Oid): Promise<Oid | undefined>;
  /** The commits of a branch, newest first: what `log --graph` draws. */
  commits(tip: Oid): AsyncIterable<{ oid: Oid; parents: Oid[]; turn?: TurnId }>;
  /** The first lines of the messages of commits, in their order, and the turns that these are of; '' for one that is not there. */
  subjects(commits: readonly Oid[]): Promise<CommitSubject[]>;
  /** Its card in the catalogue. */
  card(id: ConversationId): Promise<Card | undefined>;
  /** What this machine remembers of a conversation that a source of its own tells; undefined of one that came from another machine. */
  recorded(id: ConversationId): Promise<Recorded | undefined>;
  /** Source records of a conversation as raw holds them: one item a source. */
  raw(id: ConversationId, tool: ToolId): AsyncIterable<{ source: string; bytes: Uint8Array }>;
}
