import { commandText, outputParts } from '../../importers/claude-code/aside.ts';
import type { AttachmentPart, Part, Step, TextPart, ToolCallPart, Turn, TurnKind } from '../../model/turn.ts';
import { placeholder } from '../kit/adapt.ts';
import { commandRecord, outputRecord } from './elements.ts';

/** A turn as records of Claude Code can hold it: what `userRecords` or `assistantRecords` write, and what the importer then tells. */
export interface Arranged {
  kind?: TurnKind;
  stop?: NonNullable<Turn['stop']>;
  steps: Step[];
}

/** Beginnings by which the client, and the importer, take a text for one of the harness's. */
const reserved =
  /^\s*(?=\[Request interrupted by user|<(?:system-reminder|local-command-|bash-|task-notification|command-name|command-message|persisted-output)|Caveat:)/;

/** Returns a text that nothing takes for the harness's: a backslash stands before one that looks like it. */
export const guarded = (text: string): string => text.replace(reserved, (space) => `${space}\\`);

const stops = ['end', 'interrupted', 'length', 'refusal'];

/** Returns a user turn with its parts as records hold them: shell commands, then what was said, then what the harness added; undefined for one without any. */
export function arrangeUser(turn: Turn, steps: Step[]): Arranged | undefined {
  const parts = steps.flatMap((step) => step.parts);
  const arranged = turn.kind === 'compaction' ? summary(parts) : (notice(turn, parts) ?? command(turn, parts) ?? prompt(parts));
  if (!arranged) return undefined;
  return { ...arranged, ...(turn.stop === 'interrupted' ? { stop: 'interrupted' } : {}) };
}

function summary(parts: Part[]): Arranged | undefined {
  const texts = parts.flatMap((part) => (part.kind === 'text' ? [said(part)] : []));
  return texts.length === 0 ? undefined : { kind: 'compaction', steps: [{ parts: texts }] };
}

function notice({ kind }: Turn, parts: Part[]): Arranged | undefined {
  const told = parts.find((part) => part.kind === 'context' && /^\s*<task-notification>/.test(part.text)) as TextPart | undefined;
  if (kind !== 'notice' || !told) return undefined;
  return { kind, steps: [{ parts: [{ kind: 'context', label: 'task-notification', text: told.text }] }] };
}

/** A command of the client with what it printed and what it expanded to; nothing else can stand in its turn. */
function command({ kind }: Turn, parts: Part[]): Arranged | undefined {
  const typed = parts.find((part) => part.kind === 'command' && /^\/[^\s/<>][^\s<>]*(?:\s|$)/.test(part.text)) as TextPart | undefined;
  if (kind !== 'command' || !typed) return undefined;
  const text = commandText(commandRecord(typed.text));
  const rest = parts.flatMap((part): Part[] => {
    if (part === typed || part.kind === 'tool-call' || part.kind === 'tool-result' || part.kind === 'unknown') return [];
    if (part.kind === 'output') return printed(part, 'local-command');
    return part.kind === 'attachment' ? [part] : [{ kind: 'expansion', text: guarded(part.text) }];
  });
  return { kind, steps: [{ parts: [{ kind: 'command', text }, ...rest] }] };
}

function prompt(parts: Part[]): Arranged | undefined {
  const shell: Part[] = [];
  const words: Part[] = [];
  const added: Part[] = [];
  let ran = false;
  for (const part of parts) {
    if (part.kind === 'command') {
      ran = /^!\s/.test(part.text) && !part.text.includes('</bash-input>') && part.text.slice(1).trim() !== '';
      if (ran) shell.push({ kind: 'command', text: `! ${part.text.slice(1).trim()}` });
      else if (!part.text.startsWith('/')) words.push({ kind: 'text', text: guarded(part.text) });
    } else if (part.kind === 'output') shell.push(...(ran ? printed(part, 'bash') : []));
    else if (part.kind === 'text' || part.kind === 'prompt' || part.kind === 'remark') words.push(said(part));
    else if (part.kind === 'attachment') words.push(part);
    else if (part.kind === 'context' || part.kind === 'expansion') added.push({ kind: 'context', text: guarded(part.text) });
    else if (part.kind === 'tool-call') words.push(...callAsText(part));
  }
  if (shell.length === 0 && words.length === 0) words.push(...added.splice(0).map((part) => ({ ...part, kind: 'text' }) as TextPart));
  if (shell.length === 0 && words.length === 0) return undefined;
  return { ...(words.length === 0 ? { kind: 'shell' } : {}), steps: [{ parts: [...shell, ...words, ...added] }] };
}

const said = ({ text }: { text: string }): TextPart => ({ kind: 'text', text: guarded(text) });

/** What a command printed as the importer reads it from its record: without terminal codes and closing elements. */
const printed = ({ text, label }: TextPart, of: 'bash' | 'local-command'): TextPart[] =>
  outputParts(outputRecord(text, `${of}-${label === 'stderr' ? 'stderr' : 'stdout'}`));

/** A call in a turn of the person's: no record can hold it. */
function callAsText({ name, input, result }: ToolCallPart): TextPart[] {
  const told = result?.content.flatMap((item) => (item.kind === 'text' ? [item.text] : [])).join('\n') ?? '';
  return [{ kind: 'text', text: guarded(`${name} ${JSON.stringify(input)}\n${told}`.trim()) }];
}

/**
 * Returns an assistant turn with its parts as records hold them: in each message texts and calls, each call with the remarks and skill
 * texts behind it, then what came while it ran. Undefined for one without any of them.
 */
export function arrangeAssistant(turn: Turn, steps: Step[]): Arranged | undefined {
  const arranged: Step[] = [];
  let early: Part[] = [];
  for (const parts of steps.flatMap(partedAtPrompts)) {
    const { message, tail } = messageOf(parts);
    if (message.length > 0) {
      arranged.push({ parts: [...message, ...early, ...tail] });
      early = [];
    } else if (arranged.length > 0) arranged.at(-1)?.parts.push(...tail);
    else early.push(...tail);
  }
  if (early.length > 0) arranged.push(...placeholder(turn).map(({ parts }) => ({ parts: [...parts, ...early] })));
  if (arranged.length === 0) return undefined;
  const { stop } = turn;
  return { steps: arranged, ...(stop !== undefined && stops.includes(stop) ? { stop } : {}) };
}

/** What the model says behind a prompt that came while it worked is another message. */
function partedAtPrompts({ parts }: Step): Part[][] {
  const messages: Part[][] = [[]];
  for (const [index, part] of parts.entries()) {
    messages.at(-1)?.push(part);
    if (part.kind === 'prompt' && parts[index + 1]?.kind !== 'prompt') messages.push([]);
  }
  return messages;
}

function messageOf(parts: Part[]): { message: Part[]; tail: Part[] } {
  const calls = new Set(parts.flatMap((part) => (part.kind === 'tool-call' ? [part.call] : [])));
  const behind = new Map<string, { remark: TextPart[]; expansion: TextPart[] }>();
  const main: Part[] = [];
  const tail: Part[] = [];
  for (const part of parts) {
    if (part.kind === 'text') main.push({ kind: 'text', text: part.text });
    else if (part.kind === 'tool-call') main.push(part);
    else if ((part.kind === 'remark' || part.kind === 'expansion') && part.call !== undefined && calls.has(part.call)) {
      const list = behind.get(part.call) ?? { remark: [], expansion: [] };
      list[part.kind].push({ kind: part.kind, text: guarded(part.text), call: part.call });
      behind.set(part.call, list);
    } else tail.push(...asideOf(part));
  }
  const message = main.flatMap((part) => {
    const told = part.kind === 'tool-call' ? behind.get(part.call) : undefined;
    return told ? [part, ...told.remark, ...told.expansion] : [part];
  });
  return { message, tail };
}

/** What stands in an assistant's turn without being its own; commands and what they printed are between the person and the client. */
function asideOf(part: Part): (TextPart | AttachmentPart)[] {
  if (part.kind === 'attachment') return [part];
  if (part.kind === 'prompt' || part.kind === 'remark') return [{ kind: 'prompt', text: guarded(part.text) }];
  return part.kind === 'context' || part.kind === 'expansion' ? [{ kind: 'context', text: guarded(part.text) }] : [];
}
