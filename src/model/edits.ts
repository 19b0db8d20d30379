import type { Json } from './json.ts';
import type { ToolCallPart, Turn } from './turn.ts';

/** One change that a turn made to one file, as its tool call states it. */
export interface FileEdit {
  path: string;
  /** Text taken out and put in; `before` is absent where the call does not tell it (a file written whole). */
  before?: string;
  after: string;
}

type Fields = { [key: string]: Json };

const pathKeys = ['file_path', 'filePath', 'path', 'notebook_path', 'target_file'];
const beforeKeys = ['old_string', 'oldString', 'old_str', 'old_text'];
const afterKeys = ['new_string', 'newString', 'new_str', 'new_text', 'new_source'];
const contentKeys = ['content', 'contents', 'file_text', 'code_edit'];
const writes = /write|create|edit|save/i;

/** Returns the changes to files that the turn's calls made, in order; failed and rejected calls made none. */
export function editsOf(turn: Turn): FileEdit[] {
  return turn.steps.flatMap((step) => step.parts.flatMap((part) => (part.kind === 'tool-call' ? editsOfCall(part) : [])));
}

/** Returns the changes to files that one call made. */
export function editsOfCall(call: ToolCallPart): FileEdit[] {
  if (call.result && call.result.status !== 'ok') return [];
  const patch = patchOf(call.input);
  if (patch !== undefined) return editsOfPatch(patch);
  if (!isFields(call.input)) return [];
  const fields = call.input;
  const path = text(fields, pathKeys);
  if (path === undefined) return [];
  const many = fields.edits;
  if (Array.isArray(many)) return many.filter(isFields).flatMap((one) => replacement(path, one));
  return [...replacement(path, fields), ...written(path, fields, call.name)];
}

function replacement(path: string, fields: Fields): FileEdit[] {
  const after = text(fields, afterKeys);
  const before = text(fields, beforeKeys);
  return after === undefined ? [] : [{ path, after, ...(before === undefined ? {} : { before }) }];
}

function written(path: string, fields: Fields, name: string): FileEdit[] {
  const after = writes.test(name) ? text(fields, contentKeys) : undefined;
  return after === undefined ? [] : [{ path, after }];
}

/** Codex: apply_patch takes the patch as its input, as `input` or `patch`, or in a shell command. */
function patchOf(input: Json): string | undefined {
  if (typeof input === 'string') return input.includes('*** Begin Patch') ? input : undefined;
  if (!isFields(input)) return undefined;
  for (const value of [input.input, input.patch, input.command, input.cmd]) {
    const candidates = Array.isArray(value) ? value : [value];
    const found = candidates.find((one): one is string => typeof one === 'string' && one.includes('*** Begin Patch'));
    if (found !== undefined) return found;
  }
  return undefined;
}

function editsOfPatch(patch: string): FileEdit[] {
  const edits: { path: string; before: string[]; after: string[]; whole: boolean }[] = [];
  for (const row of patch.split('\n')) {
    const file = /^\*\*\* (Add|Update|Delete) File: (.+)$/.exec(row);
    const last = edits.at(-1);
    if (file) edits.push({ path: (file[2] ?? '').trim(), before: [], after: [], whole: file[1] === 'Add' });
    else if (/^\*\*\* /.test(row) || row.startsWith('@@')) continue;
    else if (row.startsWith('+')) last?.after.push(row.slice(1));
    else if (row.startsWith('-')) last?.before.push(row.slice(1));
    else if (row.startsWith(' ')) for (const side of [last?.before, last?.after]) side?.push(row.slice(1));
  }
  return edits.map(({ path, before, after, whole }) => ({ path, after: joined(after), ...(whole ? {} : { before: joined(before) }) }));
}

const joined = (rows: readonly string[]) => (rows.length === 0 ? '' : `${rows.join('\n')}\n`);
const isFields = (value: Json | undefined): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

function text(fields: Fields, keys: readonly string[]): string | undefined {
  for (const key of keys) if (typeof fields[key] === 'string') return fields[key];
  return undefined;
}
