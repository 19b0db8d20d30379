import { spawnedByText } from '../../importers/codex/agents.ts';
import { statusOf } from '../../importers/codex/calls.ts';
import { labelOf } from '../../importers/codex/prompt.ts';
import type { AttachmentPart, Part, Step, TextPart, ToolCallPart, ToolResult, Turn, TurnKind } from '../../model/turn.ts';
import { placeholder } from '../kit/adapt.ts';

/** A turn as a rollout can hold it: what `addTask` writes, and what the importer then tells. */
export interface Arranged {
  kind?: TurnKind;
  stop?: NonNullable<Turn['stop']>;
  steps: Step[];
}

/** How a label names what was told to the model beside the person's words. */
export const aside = 'context';

/** Returns a user turn with its parts as a rollout holds them; undefined for one without any. */
export function arrangeUser({ kind }: Turn, steps: Step[]): Arranged | undefined {
  const parts = steps.flatMap((step) => step.parts);
  if (kind === 'compaction') return summary(parts);
  const shell = kind === 'shell' ? shellParts(parts) : undefined;
  if (shell) return { kind: 'shell', steps: [{ parts: shell }] };
  const words = parts.flatMap((part): Part[] => {
    if (part.kind === 'attachment') return [part];
    if (part.kind === 'tool-call')
      return [{ kind: 'text', text: `${part.name} ${JSON.stringify(part.input)}\n${textOf(part.result)}`.trim() }];
    return 'text' in part ? [{ kind: 'text', text: unmarked(part.text) }] : [];
  });
  return words.length === 0 ? undefined : { steps: [{ parts: words }] };
}

function summary(parts: Part[]): Arranged | undefined {
  const text = parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('\n');
  return text === '' ? undefined : { kind: 'compaction', steps: [{ parts: [{ kind: 'text', text }] }] };
}

const closing = /<\/(?:command|result|user_shell_command)>/;

/** Lines that the person ran, each with what it printed; undefined where something else was said as well. */
function shellParts(parts: Part[]): Part[] | undefined {
  const shell: TextPart[] = [];
  for (const part of parts) {
    if ((part.kind !== 'command' && part.kind !== 'output') || closing.test(part.text)) return undefined;
    const last = shell.at(-1);
    if (part.kind === 'command' && !part.text.startsWith('! ')) return undefined;
    if (part.kind === 'command') shell.push({ kind: 'command', text: part.text });
    else if (last?.kind === 'output') last.text += `\n${part.text}`;
    else if (last) shell.push({ kind: 'output', text: part.text });
  }
  return shell.length === 0 ? undefined : shell;
}

/** A text that is not taken for a line of the person's shell, or for the mark around an image. */
const unmarked = (text: string): string => text.replace(/^\s*(?=<user_shell_command>|<\/?image\b)/, (space) => `${space}\\`);

/**
 * Returns an assistant turn with its parts as a rollout holds them: in each message texts and calls, then what came while it ran.
 * Undefined for one without any of them.
 */
export function arrangeAssistant(turn: Turn, steps: Step[]): Arranged | undefined {
  const arranged: Step[] = [];
  let early: Part[] = [];
  for (const parts of steps.flatMap(partedAtAsides)) {
    const message = parts.flatMap((part): Part[] =>
      part.kind === 'tool-call' ? [callOf(part)] : part.kind === 'text' ? [{ kind: 'text', text: part.text }] : [],
    );
    const asides = parts.flatMap(asideOf);
    if (message.length > 0) {
      arranged.push({ parts: [...message, ...early, ...asides] });
      early = [];
    } else if (arranged.length > 0) arranged.at(-1)?.parts.push(...asides);
    else early.push(...asides);
  }
  if (early.length > 0) arranged.push(...placeholder(turn).map(({ parts }) => ({ parts: [...parts, ...early] })));
  if (arranged.length === 0) return undefined;
  if (turn.stop !== 'interrupted') return { stop: 'end', steps: arranged };
  arranged.at(-1)?.parts.push({ kind: 'context', label: 'turn_aborted', text: aborted });
  return { stop: turn.stop, steps: arranged };
}

/** What the model is told where the person stopped it. */
export const aborted = '<turn_aborted>\nThe user interrupted the turn.\n</turn_aborted>';

function partedAtAsides({ parts }: Step): Part[][] {
  const messages: Part[][] = [[]];
  for (const [index, part] of parts.entries()) {
    messages.at(-1)?.push(part);
    const next = parts[index + 1];
    if (asideOf(part).length > 0 && next && asideOf(next).length === 0) messages.push([]);
  }
  return messages;
}

function asideOf(part: Part): (TextPart | AttachmentPart)[] {
  if (part.kind === 'attachment') return [part];
  if (part.kind === 'tool-call' || part.kind === 'text' || !('text' in part)) return [];
  if (part.kind === 'command' || part.kind === 'output') return [];
  if (part.kind === 'prompt' || part.kind === 'remark') return [{ kind: 'prompt', text: unmarked(part.text) }];
  return [{ kind: 'context', label: labelOf(part.text), text: unmarked(part.text) }];
}

function callOf(part: ToolCallPart): ToolCallPart {
  const result = part.result && resultOf(part.result);
  const agent = part.name.endsWith('spawn_agent') ? spawnedByText(textOf(result)) : undefined;
  return { ...part, ...(result ? { result } : {}), ...(agent === undefined ? {} : { agents: [agent] }) };
}

const said: Record<ToolResult['status'], string> = { ok: '', failed: 'Tool call failed\n', rejected: 'Tool call rejected by user\n' };

/** Codex has no mark for how a call ended: the text says it. */
function resultOf({ status, content }: ToolResult): ToolResult {
  const [first] = content;
  const text = first?.kind === 'text' ? first.text : '';
  if (statusOf(textOf({ status, content }), undefined, undefined) === status || status === 'ok') return told(content);
  const rest = first?.kind === 'text' ? content.slice(1) : content;
  return told([{ kind: 'text', text: `${said[status]}${text}` }, ...rest]);
}

const told = (content: ToolResult['content']): ToolResult => ({
  status: statusOf(textOf({ status: 'ok', content }), undefined, undefined),
  content,
});

const textOf = (result: ToolResult | undefined): string =>
  result?.content.map((part) => (part.kind === 'text' ? part.text : '')).join('\n') ?? '';
