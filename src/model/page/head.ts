import { fail } from '../../errors.ts';
import { frontmatterRange, readFrontmatter } from '../frontmatter.ts';
import { readToolId, readTurnId, type ToolId, type TurnId } from '../ids.ts';
import type { Field } from '../printed-yaml.ts';
import type { ExtraKey, Role, Tokens, Turn, TurnKind } from '../turn.ts';
import { yamlText } from '../yaml.ts';
import { changedFiles, toolCounts } from './tally.ts';

/** The keys of a page's frontmatter, in their order (format.md 4). */
const keys = [
  'convo',
  'turn',
  'parent',
  'n',
  'role',
  'kind',
  'time',
  'ended',
  'model',
  'tool',
  'steps',
  'tokens',
  'tools',
  'files',
  'stop',
  'origin',
  'edited',
] as const;
type Key = (typeof keys)[number];
const known: ReadonlySet<string> = new Set(keys);

/** What a page's frontmatter tells of its turn, without reading the body. */
export interface PageHead {
  id: TurnId;
  parent: TurnId | null;
  n: number;
  role: Role;
  kind?: TurnKind;
  time?: string;
  ended?: string;
  model?: string;
  tool?: ToolId;
  steps?: number;
  tokens?: Tokens;
  /** Calls by tool, the most used first. */
  tools: Record<string, number>;
  /** Number of files that the turn changed. */
  files?: number;
  stop?: string;
  origin?: string;
  edited?: string;
}

/** Returns the frontmatter of a turn, fences and all. */
export function printHead(turn: Turn): string {
  const values = headValues(turn);
  const extra = new Map((turn.extra ?? []).map((item) => [item.key, item]));
  let front = `---\n${extraLines(extra, '')}`;
  for (const key of keys) {
    const value = values[key];
    if (value !== undefined) front += `${key}: ${value}\n${extraLines(extra, key)}`;
  }
  // What stood behind a key that is gone.
  for (const item of [...extra.values()]) front += extraLine(item);
  return `${front}---\n`;
}

function headValues(turn: Turn): Partial<Record<Key, string>> {
  const text = (value: string | undefined) => (value === undefined ? undefined : yamlText(value));
  const tools = toolCounts(turn);
  const files = changedFiles(turn).length;
  return definedOnly({
    convo: '1',
    turn: yamlText(turn.id),
    parent: text(turn.parent ?? undefined),
    n: String(turn.n),
    role: turn.role,
    kind: text(turn.kind),
    time: text(turn.time),
    ended: text(turn.ended),
    model: text(turn.model),
    tool: text(turn.tool),
    steps: turn.role === 'assistant' ? String(turn.steps.length) : undefined,
    tokens: turn.tokens && text(printTokens(turn.tokens)),
    tools: tools.length > 0 ? yamlText(tools.map(([name, count]) => `${name} ${count}`).join(', ')) : undefined,
    files: files > 0 ? String(files) : undefined,
    stop: text(turn.stop),
    origin: text(turn.origin),
    edited: text(turn.edited),
  });
}

/** Returns the lines of the unknown keys that stood behind a key, and takes them out of `extra`. */
function extraLines(extra: Map<string, ExtraKey>, after: string): string {
  let lines = '';
  for (const item of [...extra.values()]) {
    if (item.after !== after || !extra.delete(item.key)) continue;
    lines += extraLine(item) + extraLines(extra, item.key);
  }
  return lines;
}

function extraLine({ key, value }: ExtraKey): string {
  if (known.has(key)) throw new Error(`"${key}" is a key of the format`);
  return `${key}:${value === '' || value.startsWith('\n') ? '' : ' '}${value}\n`;
}

/** Returns the head of a page; throws `bad-page`. */
export function headOf(page: string): PageHead {
  return readHead(readFields(page));
}

/** Returns the fields of a page's frontmatter; throws `bad-page`. */
export function readFields(page: string): Map<string, Field> {
  const { start, end } = frontmatterRange(page);
  return readFrontmatter(page.slice(start, end));
}

/** Returns the head that fields make; throws `bad-page`. */
export function readHead(fields: ReadonlyMap<string, Field>): PageHead {
  const text = (key: Key): string | undefined => {
    const value = fields.get(key)?.value;
    if (value !== undefined && typeof value !== 'string') throw wrong(key);
    return value;
  };
  if (text('convo') !== '1') throw fail('bad-page', { reason: `its format is ${text('convo') ?? 'not said'}` });
  const tokens = text('tokens');
  return definedOnly({
    id: must('turn', readTurnId(text('turn') ?? '')),
    parent: text('parent') === undefined ? null : must('parent', readTurnId(text('parent') ?? '')),
    n: must('n', readCount(text('n'))),
    role: must('role', readRole(text('role'))),
    kind: text('kind') as TurnKind | undefined,
    time: text('time'),
    ended: text('ended'),
    model: text('model'),
    tool: text('tool') === undefined ? undefined : must('tool', readToolId(text('tool') ?? '')),
    steps: readCount(text('steps')),
    tokens: tokens === undefined ? undefined : readTokens(tokens),
    tools: readTools(text('tools') ?? ''),
    files: readCount(text('files')),
    stop: text('stop'),
    origin: text('origin'),
    edited: text('edited'),
  }) as PageHead;
}

/** Returns the keys of a page that this format does not know, as they are written. */
export function readExtra(fields: ReadonlyMap<string, Field>): ExtraKey[] {
  const extra: ExtraKey[] = [];
  let after = '';
  for (const [key, field] of fields) {
    if (!known.has(key)) extra.push({ key, value: field.written, after });
    after = key;
  }
  return extra;
}

function printTokens(tokens: Tokens): string {
  const parts = [];
  if (tokens.output !== undefined) parts.push(`${tokens.output} out`);
  if (tokens.context !== undefined) parts.push(`${tokens.context} context`);
  return parts.join(', ') || 'unknown';
}

function readTokens(text: string): Tokens {
  const output = /(?:^|, )(\d{1,15}) out\b/.exec(text)?.[1];
  const context = /(?:^|, )(\d{1,15}) context\b/.exec(text)?.[1];
  return definedOnly({ output: readCount(output), context: readCount(context) }) as Tokens;
}

function readTools(text: string): Record<string, number> {
  const pairs = text.split(', ').flatMap((item): [string, number][] => {
    const match = /^(.+) (\d+)$/.exec(item);
    return match?.[1] ? [[match[1], Number(match[2])]] : [];
  });
  return Object.fromEntries(pairs);
}

function readCount(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function readRole(text: string | undefined): Role | undefined {
  return text === 'user' || text === 'assistant' ? text : undefined;
}

function must<Value>(key: Key, value: Value | undefined): Value {
  if (value === undefined) throw wrong(key);
  return value;
}

const wrong = (key: Key) => fail('bad-page', { reason: `its "${key}" is missing or not what it should be` });

function definedOnly<Values extends object>(values: Values): { [K in keyof Values]: Exclude<Values[K], undefined> } {
  const defined: Partial<Values> = {};
  for (const key in values) if (values[key] !== undefined) defined[key] = values[key];
  return defined as never;
}
