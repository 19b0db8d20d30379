import type { Json } from '../../model/json.ts';
import type { Part, TextPart } from '../../model/turn.ts';
import { object, string } from '../kit/fields.ts';
import type { JsonObject } from '../kit/jsonl.ts';
import { promptParts } from './blocks.ts';
import type { Member } from './build.ts';
import { queuedText } from './classify.ts';
import { blocksOf, element, messageBlocks, ownText } from './record.ts';

const ansi = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/** Fields that every record carries, none of them part of what it says. */
const envelope = new Set(
  'uuid parentUuid logicalParentUuid sessionId session_id timestamp cwd version gitBranch userType isSidechain entrypoint slug promptId'.split(
    ' ',
  ),
);

/** Returns the parts of a record that is no message: output, attachments, prompts from the queue, failures, harness text. */
export function asideParts({ entry, value }: Member, expands: boolean): Part[] {
  if (entry.kind === 'enqueue') return [{ kind: 'prompt', text: string(value.content) }];
  if (value.type === 'attachment') return attachmentParts(object(value.attachment));
  if (value.type === 'system') return systemParts(value);
  if (value.type !== 'user') return [{ kind: 'unknown', type: string(value.type), value: content(value) }];
  const text = ownText(messageBlocks(value));
  const output = outputParts(text);
  if (output.length > 0 || /^\s*<(local-command|bash)-std/.test(text)) return output;
  const kind = entry.kind === 'skill' || (expands && entry.kind !== 'lead') ? 'expansion' : 'context';
  const call = entry.kind === 'skill' ? (entry.results?.[0] ?? '') : '';
  const label = /^\s*(<local-command-caveat>|Caveat:)/.test(text) ? 'caveat' : undefined;
  return promptParts(messageBlocks(value), 'text').map((part) =>
    part.kind === 'text' ? { kind, text: part.text, ...(label ? { label } : {}), ...(call ? { call } : {}) } : part,
  );
}

function content(value: JsonObject): Json {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !envelope.has(key)));
}

/** Returns what a local command or a shell command printed, without terminal codes. */
export function outputParts(text: string): TextPart[] {
  return ['local-command-stdout', 'local-command-stderr', 'bash-stdout', 'bash-stderr'].flatMap((name): TextPart[] => {
    const printed = element(text, name)?.replace(ansi, '') ?? '';
    if (printed.trim() === '') return [];
    return [{ kind: 'output', text: printed, ...(name.endsWith('stderr') ? { label: 'stderr' } : {}) }];
  });
}

/** Returns a command as typed, from the elements in which the client wraps it. */
export function commandText(text: string): string {
  const name = (element(text, 'command-name') ?? element(text, 'command-message') ?? '').trim();
  const given = element(text, 'command-args')?.trim() ?? '';
  return `${name.startsWith('/') ? name : `/${name}`}${given === '' ? '' : ` ${given}`}`;
}

function systemParts(value: JsonObject): Part[] {
  const text = string(value.content);
  if (value.subtype === 'local_command') {
    return /^\s*<command-(name|message)>/.test(text) ? [{ kind: 'command', text: commandText(text) }] : outputParts(text);
  }
  const error = object(value.error);
  const inner = object(error.error);
  const told = [text, error.formatted, error.message, object(inner.error).message, inner.message].map(string).find((words) => words !== '');
  const status = typeof error.status === 'number' && error.status > 0 ? ` ${error.status}` : '';
  const retry = typeof value.retryAttempt === 'number' && value.retryAttempt > 0 ? ` (retry ${value.retryAttempt})` : '';
  return [{ kind: 'error', text: `${told ?? `${string(value.subtype).replaceAll('_', ' ')}${status}`}${retry}`.replace(ansi, '') }];
}

function attachmentParts(attachment: JsonObject): Part[] {
  const type = string(attachment.type);
  if (type === 'queued_command') return queuedParts(attachment);
  const file = object(object(attachment.content).file);
  if (typeof file.base64 === 'string' && typeof file.type === 'string') {
    return [{ kind: 'attachment', media: file.type, data: Buffer.from(file.base64, 'base64') }];
  }
  const text = attachmentText(attachment);
  const about = [attachment.displayPath, attachment.filename, attachment.hookName].map(string).find((name) => name !== '');
  return text === '' ? [] : [{ kind: 'context', label: about === undefined ? type : `${type} ${about}`, text }];
}

function queuedParts(attachment: JsonObject): Part[] {
  const text = queuedText(attachment.prompt);
  if (text.trimStart().startsWith('<task-notification>')) return [{ kind: 'context', label: 'task-notification', text }];
  if (attachment.commandMode === 'bash') return [{ kind: 'command', text: `! ${text}` }];
  const origin = string(object(attachment.origin).kind);
  if (attachment.isMeta === true || (origin !== '' && origin !== 'human')) return [{ kind: 'context', label: origin || 'queued', text }];
  return promptParts(blocksOf(attachment.prompt), 'prompt');
}

/** Returns the words of an attachment, wherever its type keeps them; one without words is shown as it is. */
function attachmentText(attachment: JsonObject): string {
  const inner = object(attachment.content);
  const blocking = object(attachment.blockingError);
  const places = [
    attachment.content,
    object(inner.file).content,
    inner.content,
    attachment.snippet,
    attachment.text,
    blocking.blockingError,
  ];
  const words = [...places, attachment.stdout, attachment.stderr].map(string).find((text) => text.trim() !== '');
  if (words !== undefined) return words;
  const rest = Object.entries(attachment).filter(([key]) => key !== 'type');
  const empty = rest.every(
    ([, value]) => value === '' || value === null || typeof value === 'boolean' || (Array.isArray(value) && value.length === 0),
  );
  return empty ? '' : JSON.stringify(Object.fromEntries(rest), null, 2);
}
