import { fail } from '../errors.ts';
import type { Entry } from '../store/entry.ts';
import type { Context } from './context.ts';
import { currents } from './current.ts';
import { near } from './near.ts';
import { projectsHere } from './project.ts';

export interface ListInput {
  tool?: string;
  /** Text in the name of the project; `.` = the project of the working folder. */
  project?: string;
  /** Milliseconds since 1970. */
  since?: number;
  /** Text in the title. */
  grep?: string;
  /** Also conversations without an answered prompt. */
  all: boolean;
  limit?: number;
}

export interface ListResult {
  /** Projects in the order of their newest conversation, each newest first. */
  projects: { project: string; conversations: Entry[] }[];
  /** Id of the current conversation. */
  current?: string;
  /** Conversations that matched and that the limit left out. */
  more: number;
  /** Conversations without an answered prompt that were left out. */
  unanswered: number;
  /** Conversations in the store. */
  total: number;
}

/** Lists conversations by project, newest first. */
export async function list(context: Context, input: ListInput): Promise<ListResult> {
  const entries = await (await context.reader()).entries();
  checkTool(entries, input.tool);
  const here = input.project === '.' ? await projectsHere(context.host) : undefined;
  const matching = entries.filter((entry) => matches(entry, input, here));
  const answered = input.all ? matching : matching.filter((entry) => entry.answered);
  const shown = answered.slice(0, input.limit ?? answered.length);
  const { current } = await currents(context, entries);
  return {
    projects: byProject(shown),
    ...(current && { current: current.entry.id }),
    more: answered.length - shown.length,
    unanswered: matching.length - answered.length,
    total: entries.length,
  };
}

function matches(entry: Entry, { tool, project, since, grep }: ListInput, here: readonly string[] | undefined): boolean {
  if (tool !== undefined && entry.tool !== tool) return false;
  if (here ? !here.includes(entry.project) : project !== undefined && !has(entry.project, project)) return false;
  if (since !== undefined && !(Date.parse(entry.updated ?? '') >= since)) return false;
  return grep === undefined || has(entry.title, grep);
}

const has = (text: string, part: string) => text.toLowerCase().includes(part.toLowerCase());

function checkTool(entries: readonly Entry[], tool: string | undefined): void {
  const tools = [...new Set(entries.map((entry): string => entry.tool))].sort();
  if (tool === undefined || tools.includes(tool) || tools.length === 0) return;
  const [best] = near(tool, tools);
  const expected = `a tool in this store: ${tools.join(', ')}${best ? `. Did you mean ${best}?` : ''}`;
  throw fail('bad-value', { verb: 'list', what: '--tool', value: tool, expected });
}

function byProject(entries: readonly Entry[]): ListResult['projects'] {
  const projects = new Map<string, Entry[]>();
  for (const entry of entries) {
    const group = projects.get(entry.project);
    if (group) group.push(entry);
    else projects.set(entry.project, [entry]);
  }
  return [...projects].map(([project, conversations]) => ({ project, conversations }));
}
