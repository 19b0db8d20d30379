import { fail } from '../errors.ts';
import { cleanLabel, cleanTag, labelFault } from '../model/labels.ts';
import type { Entry } from '../store/entry.ts';
import type { Context } from './context.ts';
import { currents } from './current.ts';
import type { ListedAgent } from './list-agents.ts';
import { type GroupKey, grouped, type ListGroup, type SortKey, sorted } from './list-order.ts';
import { near } from './near.ts';
import { projectsHere } from './project.ts';

export interface ListInput {
  tool?: string | undefined;
  /** Text in the name of the project; `.` = the project of the working folder. */
  project?: string | undefined;
  /** Text in what they are for. */
  intent?: string | undefined;
  status?: string | undefined;
  priority?: string | undefined;
  /** All of them. */
  tags?: readonly string[] | undefined;
  /** Milliseconds since 1970. */
  since?: number | undefined;
  /** Text in the title. */
  grep?: string | undefined;
  /** Each somewhere in title, project, task, tags or id. */
  words?: readonly string[] | undefined;
  /** Also conversations without an answered prompt. */
  all?: boolean | undefined;
  limit?: number | undefined;
  /** Absent: by date. */
  sort?: SortKey | undefined;
  reverse?: boolean | undefined;
  /** Absent: by project. */
  groupBy?: GroupKey | undefined;
  /** Also the threads of sub-agents. */
  agents?: boolean | undefined;
}

export interface ListResult {
  groups: ListGroup[];
  groupBy: GroupKey;
  /** The threads of sub-agents by conversation, where they were asked for. */
  agents?: Map<string, ListedAgent[]>;
  /** Id of the current conversation. */
  current?: string;
  /** Conversations that matched and that the limit left out. */
  more: number;
  /** Conversations without an answered prompt that were left out. */
  unanswered: number;
  /** Conversations in the store. */
  total: number;
}

/** Lists conversations in groups; everything but the threads of sub-agents comes from the listing. Throws `bad-value`. */
export async function list(context: Context, input: ListInput): Promise<ListResult> {
  const { sort = 'date', groupBy = 'project' } = input;
  const entries = await (await context.reader()).entries();
  checkTool(entries, input.tool);
  const here = input.project === '.' ? await projectsHere(context.host) : undefined;
  const tests = testsOf(input, here);
  const matching = entries.filter((entry) => tests.every((holds) => holds(entry)));
  const answered = input.all ? matching : matching.filter((entry) => entry.answered);
  const shown = sorted(answered, sort, input.reverse).slice(0, input.limit ?? answered.length);
  const { current } = await currents(context, entries);
  return {
    groups: grouped(shown, groupBy),
    groupBy,
    ...(input.agents ? { agents: await (await import('./list-agents.ts')).agentsOf(context, shown) } : {}),
    ...(current && { current: current.entry.id }),
    more: answered.length - shown.length,
    unanswered: matching.length - answered.length,
    total: entries.length,
  };
}

type Holds = (entry: Entry) => boolean;

/** What an entry has to be, of what was asked for. */
function testsOf(
  { tool, project, intent, status, priority, tags = [], since, grep, words = [] }: ListInput,
  here?: readonly string[],
): Holds[] {
  const tests: Holds[] = [];
  if (tool !== undefined) tests.push((entry) => entry.tool === tool);
  if (here) tests.push((entry) => here.includes(entry.project));
  else if (project !== undefined) tests.push((entry) => has(entry.project, project));
  if (since !== undefined) tests.push((entry) => Date.parse(entry.updated ?? '') >= since);
  if (grep !== undefined) tests.push((entry) => has(entry.title, grep));
  for (const word of words) tests.push((entry) => mentions(entry, word));
  if (intent !== undefined) tests.push((entry) => has(entry.intent ?? '', intent));
  if (status !== undefined) tests.push(isOf('status', status));
  if (priority !== undefined) tests.push(isOf('priority', priority));
  for (const tag of tags) tests.push((entry) => entry.tags?.includes(cleanTag(tag)) === true);
  return tests;
}

function isOf(field: 'status' | 'priority', typed: string): Holds {
  const value = cleanLabel(field, typed);
  const expected = labelFault(field, value);
  if (expected !== undefined) throw fail('bad-value', { verb: 'list', what: `--${field}`, value: typed, expected });
  return (entry) => (entry[field] ?? '') === value;
}

const has = (text: string, part: string) => text.toLowerCase().includes(part.toLowerCase());

const mentions = ({ id, title, project, intent = '', tags = [] }: Entry, word: string) =>
  id.startsWith(word.toLowerCase()) || [title, project, intent, ...tags].some((text) => has(text, word));

function checkTool(entries: readonly Entry[], tool: string | undefined): void {
  const tools = [...new Set(entries.map((entry): string => entry.tool))].sort();
  if (tool === undefined || tools.includes(tool) || tools.length === 0) return;
  const [best] = near(tool, tools);
  const expected = `a tool in this store: ${tools.join(', ')}${best ? `. Did you mean ${best}?` : ''}`;
  throw fail('bad-value', { verb: 'list', what: '--tool', value: tool, expected });
}
