import type { ConversationId, ToolId } from '../model/ids.ts';
import type { BranchEntry, Entry, OpenTurn } from './entry.ts';

const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n' };
const escaped = (text: string) => text.replace(/[\\\t\n]/g, (character) => escapes[character] ?? '');
const unescaped = (text: string) =>
  text.includes('\\')
    ? text.replace(/\\(.)/g, (_, character: string) => (character === 't' ? '\t' : character === 'n' ? '\n' : character))
    : text;

/** Returns what stands in the line of an answered conversation of a project, and hardly in another one. */
export const answeredIn = (project: string): string => `\t1\t${escaped(project)}\t`;

const linksColumn = 'links ';

/** Returns an entry as one line of the listing: what revisions are found by in columns, then the whole as JSON. */
export function printEntryLine(entry: Entry): string {
  if (entry instanceof ListedEntry) return entry.line;
  const { id, tool, updated, answered, project, title, natives, links, ...rest } = entry;
  const columns = [
    id,
    tool,
    updated ?? '',
    answered ? '1' : '0',
    escaped(project),
    escaped(title),
    JSON.stringify(natives),
    JSON.stringify(rest),
    links ? `${linksColumn}${links.join(' ')}` : '',
  ];
  return columns.join('\t');
}

/** Returns the entry of a line of the listing; what is not in its columns is parsed when it is asked for. */
export const readEntryLine = (line: string): Entry => new ListedEntry(line);

type Rest = Omit<Entry, 'id' | 'tool' | 'updated' | 'answered' | 'project' | 'title' | 'natives' | 'links'>;

class ListedEntry implements Entry {
  readonly line: string;
  private readonly columns: string[];
  private rest: Rest | undefined;
  open?: OpenTurn[];

  constructor(line: string) {
    this.line = line;
    this.columns = line.split('\t');
  }

  private column(index: number): string {
    return this.columns[index] ?? '';
  }

  private get full(): Rest {
    this.rest ??= JSON.parse(this.column(7)) as Rest;
    return this.rest;
  }

  get id(): ConversationId {
    return this.column(0) as ConversationId;
  }

  get tool(): ToolId {
    return this.column(1) as ToolId;
  }

  get updated(): string | undefined {
    return this.column(2) || undefined;
  }

  get answered(): boolean {
    return this.column(3) === '1';
  }

  get project(): string {
    return unescaped(this.column(4));
  }

  get title(): string {
    return unescaped(this.column(5));
  }

  get natives(): string[] {
    return JSON.parse(this.column(6)) as string[];
  }

  get links(): string[] | undefined {
    return this.column(8) === '' ? undefined : this.column(8).slice(linksColumn.length).split(' ');
  }

  get started(): string | undefined {
    return this.full.started;
  }

  get turns(): number {
    return this.full.turns;
  }

  get model(): string | undefined {
    return this.full.model;
  }

  get active(): string {
    return this.full.active;
  }

  get branches(): BranchEntry[] {
    return this.full.branches;
  }

  get tags(): string[] | undefined {
    return this.full.tags;
  }

  get status(): string | undefined {
    return this.full.status;
  }

  get priority(): string | undefined {
    return this.full.priority;
  }

  get intent(): string | undefined {
    return this.full.intent;
  }

  get absent(): boolean | undefined {
    return this.full.absent;
  }

  get agents(): string[] | undefined {
    return this.full.agents;
  }
}
