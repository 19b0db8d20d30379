import type { Json } from '../json.ts';
import { printEdit } from './edit-diff.ts';
import { commentJson } from './json-text.ts';

/** A fenced block that shows a part of a call's input. */
export interface InputBlock {
  lang: string;
  /** Which input the block holds: `.key`, `.old .new`, `.` for the whole, `` for the usual key of its language, `-` for none (shown only). */
  slot: string;
  content: string;
}

/** How the input of a call is shown. */
export interface InputView {
  blocks: InputBlock[];
  /** What the blocks do not hold; with `↑` for what they do, where the order of the keys needs it. Absent when they hold all. */
  rest?: Json;
  /** The rest deserves a block of its own. */
  showRest: boolean;
}

type Input = { [key: string]: Json };

const editPairs = [
  ['old_string', 'new_string'],
  ['old_str', 'new_str'],
  ['oldString', 'newString'],
  ['old_text', 'new_text'],
  ['oldText', 'newText'],
] as const;
const shellKeys = new Set(['command', 'cmd', 'script']);
const proseKeys = new Set(['plan', 'prompt', 'body', 'comment', 'description', 'message']);
const pathKeys = ['file_path', 'filePath', 'path', 'notebook_path', 'filename', 'file'];
const headlineKeys = [
  'command',
  'cmd',
  'pattern',
  'query',
  ...pathKeys,
  'url',
  'skill',
  'description',
  'subagent_type',
  'title',
  'name',
  'prompt',
  'question',
];

// Their values stand in the headline, or are settings that nobody reads.
const quietKeys = new Set([
  ...headlineKeys,
  ...[
    'offset',
    'limit',
    'view_range',
    'output_mode',
    'glob',
    'type',
    '-A',
    '-B',
    '-C',
    '-i',
    '-n',
    '-o',
    'head_limit',
    'multiline',
    'replace_all',
  ],
  ...['timeout', 'timeout_ms', 'run_in_background', 'workdir', 'yield_time_ms', 'max_output_tokens', 'model', 'todos', 'edits', 'language'],
]);

/** Returns how the input of a call is shown. By key, not by tool, so that a tool nobody has seen reads well too. */
export function viewInput(input: Json): InputView {
  if (typeof input === 'string') return { blocks: [{ lang: languageOf('', input, ''), slot: '.', content: input }], showRest: false };
  if (!isObject(input)) return { blocks: [], rest: input, showRest: true };
  const blocks: InputBlock[] = [];
  const held = new Set<string>();
  for (const block of editBlocks(input, held)) blocks.push(block);
  const path = textAt(input, pathKeys);
  for (const [key, value] of Object.entries(input)) {
    if (held.has(key) || typeof value !== 'string' || !deservesBlock(key, value)) continue;
    held.add(key);
    blocks.push({ lang: languageOf(key, value, path), slot: key === 'command' ? '' : `.${key}`, content: value });
  }
  const shown = [...blocks, ...shownOnly(input)];
  const entries = Object.entries(input);
  const others = entries.filter(([key]) => !held.has(key));
  const order = [...held, ...others.map(([key]) => key)];
  const inOrder = entries.every(([key], i) => key === order[i]);
  if (inOrder && others.length === 0) return { blocks: shown, showRest: false };
  const rest = inOrder ? others : entries.map(([key, value]): [string, Json] => [key, held.has(key) ? '↑' : value]);
  return { blocks: shown, rest: Object.fromEntries(rest), showRest: others.some(([key]) => !quietKeys.has(key)) };
}

/** Returns what one wants to know of a call at first sight: its command, path, pattern; '' when nothing stands out. */
export function headlineOf(input: Json): string {
  if (typeof input === 'string') return patchedFile(input) ?? firstLine(input);
  if (!isObject(input)) return '';
  if (Array.isArray(input.command)) return firstLine(shellText(input.command));
  const value = textAt(input, headlineKeys);
  if (value !== '') return firstLine(value);
  const other = Object.values(input).find((item) => typeof item === 'string' && item.trim() !== '');
  return typeof other === 'string' ? (patchedFile(other) ?? firstLine(other)) : '';
}

function editBlocks(input: Input, held: Set<string>): InputBlock[] {
  for (const [before, after] of editPairs) {
    const old = input[before];
    const fresh = input[after];
    if (typeof old !== 'string' || typeof fresh !== 'string') continue;
    held.add(before).add(after);
    return [{ lang: 'diff', slot: before === 'old_string' ? '' : `.${before} .${after}`, content: printEdit(old, fresh) }];
  }
  return [];
}

function deservesBlock(key: string, value: string): boolean {
  if (!/^[A-Za-z0-9_]{1,64}$/.test(key) || key === '__proto__') return false;
  return shellKeys.has(key) || key === 'content' || value.includes('\n') || value.length > 200;
}

/** Blocks for what lies deeper in the input; the exact values stand in the marker. */
function shownOnly(input: Input): InputBlock[] {
  const blocks: InputBlock[] = [];
  if (Array.isArray(input.command)) blocks.push({ lang: 'sh', slot: '-', content: shellText(input.command) });
  for (const edit of Array.isArray(input.edits) ? input.edits : []) {
    if (!isObject(edit)) continue;
    for (const block of editBlocks(edit, new Set())) blocks.push({ ...block, slot: '-' });
  }
  if (Array.isArray(input.todos)) blocks.push({ lang: 'markdown', slot: '-', content: input.todos.map(todoLine).join('\n') });
  return blocks;
}

function todoLine(todo: Json): string {
  const { content, status } = isObject(todo) ? todo : { content: todo, status: '' };
  return `- [${status === 'completed' ? 'x' : ' '}] ${typeof content === 'string' ? content : commentJson(content ?? null)}`;
}

/** Returns the command of a list of words: of `bash -lc <command>` the command alone. */
export function shellText(words: Json[]): string {
  const texts = words.map((item) => (typeof item === 'string' ? item : ''));
  return /^-l?c$/.test(texts[1] ?? '') && texts.length === 3 ? (texts[2] ?? '') : texts.join(' ');
}

function languageOf(key: string, value: string, path: string): string {
  if (shellKeys.has(key)) return 'sh';
  if (value.startsWith('*** Begin Patch') || key === 'patch' || key === 'diff') return 'diff';
  if (proseKeys.has(key)) return 'markdown';
  return /\.([A-Za-z][A-Za-z0-9]{0,9})$/.exec(path)?.[1]?.toLowerCase() ?? 'text';
}

function patchedFile(patch: string): string | undefined {
  return /^\*\*\* (?:Add|Update|Delete) File: (.+)$/m.exec(patch.slice(0, 4096))?.[1];
}

function textAt(input: Input, keys: readonly string[]): string {
  for (const key of keys) {
    const value = Object.hasOwn(input, key) ? input[key] : undefined;
    if (typeof value === 'string' && value.trim() !== '') return value;
  }
  return '';
}

function firstLine(text: string): string {
  return text.slice(0, 4096).trimStart().split('\n', 1)[0]?.trimEnd() ?? '';
}

function isObject(value: Json): value is Input {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
