import { fail } from '../../src/errors.ts';
import type { ConversationId, ToolId, TurnId } from '../../src/model/ids.ts';
import type { Json } from '../../src/model/json.ts';
import { printPage } from '../../src/model/page/print.ts';
import { subjectOf } from '../../src/model/subject.ts';
import type { Part, ResultStatus, Step, ToolCallPart, Turn } from '../../src/model/turn.ts';
import type { Backend, Writing } from '../../src/ops/context.ts';
import type { BranchEntry, CommitSubject, Entry, OpenTurn, Reader, StoredTurn } from '../../src/store/entry.ts';
import { printEntryLine } from '../../src/store/entry-line.ts';
import type { Oid } from '../../src/store/git.ts';
import { mergeBases } from '../../src/store/merge-base.ts';
import { someEntries } from '../../src/store/some-entries.ts';

/** A conversation as a test writes it down. */
export interface Told {
  id: string;
  title: string;
  tool?: string;
  project?: string;
  natives?: string[];
  answered?: boolean;
  /** Only its card is here. */
  absent?: true;
  active?: string;
  /** Turns of each branch, root first; turns that two branches share stand in both. */
  branches: Record<string, Turn[]>;
  /** What people see of a branch. */
  labels?: Record<string, string>;
  /** What people put on it. */
  card?: Pick<Entry, 'tags' | 'status' | 'priority' | 'intent'>;
  open?: OpenTurn[];
  agents?: Record<string, Turn[]>;
  raw?: Record<string, string>;
  folder?: string;
}

const tools = new Set(['text', 'thinking', 'prompt', 'remark', 'command', 'output', 'expansion', 'context', 'error']);

/** Returns a part that holds text. */
export function said(text: string, kind = 'text'): Part {
  if (!tools.has(kind)) throw new Error(`no part is called ${kind}`);
  return { kind: kind as 'text', text };
}

/** How a PNG begins: enough to be taken for an image. */
export const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** Returns a call of a tool with its result. */
export function call(name: string, input: Json, result = 'ok', status: ResultStatus = 'ok'): ToolCallPart {
  return { kind: 'tool-call', call: `toolu_${name}`, name, input, result: { status, content: [{ kind: 'text', text: result }] } };
}

/** Returns a turn; a string is one step of text, minutes count from 10 February 2026, 02:00 UTC. */
export function turn(id: string, n: number, content: string | (Part | string)[][], minutes: number, more: Partial<Turn> = {}): Turn {
  const steps: Step[] = (typeof content === 'string' ? [[content]] : content).map((parts) => ({
    parts: parts.map((part) => (typeof part === 'string' ? said(part) : part)),
  }));
  const at = (minute: number) => new Date(Date.UTC(2026, 1, 10, 2, minute)).toISOString();
  const role = n % 2 === 1 ? 'user' : 'assistant';
  const answer: Partial<Turn> =
    role === 'assistant'
      ? { ended: at(minutes + 1), model: 'claude-opus-4-20250514', tokens: { output: 271, context: 167_000 }, stop: 'end' }
      : {};
  return { id: id as TurnId, parent: null, n, role, time: at(minutes), ...answer, steps, records: { kept: [], others: [] }, ...more };
}

const oidOf = (...words: string[]) => Buffer.from(words.join('/')).toString('hex').padEnd(40, '0').slice(-40) as Oid;

/** A reader over conversations that stand in memory; pages are printed and read as the store's are. */
export function fakeReader(told: readonly Told[]): Reader {
  const pages = new Map<Oid, string>();
  const attachments = new Map<string, Uint8Array>();
  const threads = new Map<Oid, { stored: StoredTurn[]; told: Told; branch: string }>();
  const store = (one: Turn, parent: TurnId | null, folder: string): StoredTurn => {
    const blob = oidOf('blob', folder, one.id);
    const { page, attachments: files } = printPage({ ...one, parent });
    pages.set(blob, page);
    for (const { name, bytes } of files) attachments.set(name, bytes);
    return { id: one.id, n: one.n, role: one.role, path: `${folder}turns/00/${one.id}.md`, blob };
  };
  const storeAll = (turns: readonly Turn[], folder: string) => turns.map((one, at) => store(one, turns[at - 1]?.id ?? null, folder));
  const entries = told.map((one): Entry => {
    for (const [branch, turns] of Object.entries(one.branches)) {
      threads.set(oidOf(one.id, branch), { stored: storeAll(turns, ''), told: one, branch });
    }
    return entryOf(one);
  });
  return {
    entries: async () => entries,
    someEntries: async (wanted) => {
      const lines = Buffer.from(entries.map((entry) => `\n${printEntryLine(entry)}`).join(''));
      const some = someEntries(() => [lines], wanted, new Map());
      return some && entries.filter(({ id }) => some.some((entry) => entry.id === id));
    },
    thread: async (tip) => threads.get(tip)?.stored ?? upTo(threads, tip),
    agents: async (tip) => Object.keys(threads.get(tip)?.told.agents ?? {}),
    agentThread: async (tip, agent) => storeAll(threads.get(tip)?.told.agents?.[agent] ?? [], `agents/${agent}/`),
    async *pages(turns) {
      for (const { blob } of turns) yield pages.get(blob) ?? '';
    },
    conversation: async (tip) => {
      const entry = entries.find(({ branches }) => branches.some((branch) => branch.tip === tip));
      return { tool: entry?.tool ?? ('' as ToolId), id: entry?.id ?? ('' as ConversationId), origin: 'origin' };
    },
    attachment: async (_tip, name) => attachments.get(name),
    async mergeBase(one, other) {
      const commits = new Map([...threads.values()].flatMap(({ stored }) => commitsOf(stored)).map((commit) => [commit.oid, commit]));
      const commitAt = (oid: Oid) => commitsOf(threads.get(oid)?.stored ?? [])[0]?.oid ?? oid;
      return (await mergeBases(commitAt(one), commitAt(other), async (oid) => commits.get(oid)))[0];
    },
    async *commits(tip) {
      yield* commitsOf(threads.get(tip)?.stored ?? []);
    },
    subjects: async (tips) => tips.map((tip) => lastSubject(threads.get(tip))),
    card: async (id) => {
      const one = told.find((other) => other.id === id);
      if (!one) return undefined;
      const { tags = [], status, priority, intent } = one.card ?? {};
      const labels = Object.entries({ status, priority, intent }).filter(([, value]) => value !== undefined);
      const { tool, natives } = entryOf(one);
      const native = natives.slice(0, 1).map((source) => ({ tool, source, branch: 'main' }));
      return { id, tool, native, branches: {}, tagrev: Object.fromEntries(tags.map((tag) => [tag, 1])), ...Object.fromEntries(labels) };
    },
    recorded: async (id) => {
      const folder = told.find((one) => one.id === id)?.folder;
      return folder === undefined ? {} : { folder };
    },
    async *raw(id) {
      const sources = told.find((one) => one.id === id)?.raw ?? {};
      for (const [source, text] of Object.entries(sources)) yield { source, bytes: Buffer.from(text) };
    },
  };
}

/** A commit a turn, newest first. */
function commitsOf(stored: readonly StoredTurn[]) {
  const oids = stored.map(({ id }) => oidOf('commit', id));
  return stored.map(({ id }, at) => ({ oid: oids[at] as Oid, parents: oids.slice(Math.max(0, at - 1), at), turn: id, time: at })).reverse();
}

/** The turns up to the one that a commit brought. */
function upTo(threads: ReadonlyMap<Oid, { stored: StoredTurn[] }>, commit: Oid): StoredTurn[] {
  for (const { stored } of threads.values()) {
    const at = stored.findIndex(({ id }) => oidOf('commit', id) === commit);
    if (at >= 0) return stored.slice(0, at + 1);
  }
  return [];
}

function lastSubject(thread: { told: Told; branch: string } | undefined): CommitSubject {
  const last = thread?.told.branches[thread.branch]?.at(-1);
  return last ? { text: subjectOf(last), turn: last.id } : { text: '' };
}

/** Where a branch left the first one. */
function leaves(one: Told, name: string): BranchEntry['from'] {
  const [first = '', thread = []] = Object.entries(one.branches)[0] ?? [];
  const own = one.branches[name] ?? [];
  const shared = own.findLast((each, at) => thread[at]?.id === each.id);
  return name === first || !shared ? undefined : { branch: first, turn: shared.id, n: shared.n };
}

function entryOf(one: Told): Entry {
  const active = one.active ?? 'main';
  const turns = one.branches[active] ?? [];
  const last = turns.at(-1);
  const model = turns.findLast((each) => each.model !== undefined)?.model;
  return {
    id: one.id as ConversationId,
    tool: (one.tool ?? 'claude-code') as ToolId,
    title: one.title,
    project: one.project ?? 'example.com/org/app',
    ...(turns[0]?.time && { started: turns[0].time }),
    ...((last?.ended ?? last?.time) && { updated: last?.ended ?? last?.time ?? '' }),
    turns: turns.length,
    answered: one.answered ?? turns.length > 1,
    ...(model && { model }),
    active,
    branches: Object.entries(one.branches).map(([name, thread]) => {
      const [ended, from, label] = [
        thread.at(-1)?.ended ?? thread.at(-1)?.time,
        leaves(one, name),
        Object.hasOwn(one.labels ?? {}, name) ? one.labels?.[name] : undefined,
      ];
      const more = { ...(ended && { updated: ended }), ...(from && { from }), ...(label && { label }) };
      return { name, tip: oidOf(one.id, name), turns: thread.length, ...more };
    }),
    natives: one.natives ?? [],
    ...one.card,
    ...(one.absent && { absent: true }),
    ...(one.agents && { agents: Object.keys(one.agents) }),
    ...(one.open && { open: one.open }),
  };
}

const unused = () => Promise.reject(new Error('this test writes nothing'));

/** Returns a backend over a reader and those of the writing operations that a test needs; undefined = there is no store. */
export function fakeBackend(told: readonly Told[] | undefined, writing: Partial<Writing> = {}): Backend {
  const reader = told && fakeReader(told);
  return {
    reader: async (context) => {
      if (!reader) throw fail('no-store', { path: context.home });
      return reader;
    },
    writing: async () => ({
      importSources: unused,
      verify: unused,
      reimport: unused,
      findTools: async () => [],
      aheadOfPrimary: async () => undefined,
      unplaced: async () => [],
      unsavedTurns: async () => [],
      unsavedAgents: async () => new Map(),
      settle: unused,
      resume: unused,
      nativeOf: unused,
      fork: unused,
      labelBranch: unused,
      deleteBranches: unused,
      merge: unused,
      continueMerge: unused,
      abortMerge: unused,
      pick: unused,
      revert: unused,
      amend: unused,
      editCard: unused,
      tag: unused,
      clone: unused,
      bring: unused,
      remote: unused,
      sync: unused,
      setBack: unused,
      operations: unused,
      ...writing,
    }),
    close: async () => {},
  };
}
