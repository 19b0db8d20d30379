import type { Json } from '../../model/json.ts';
import type { AttachmentPart, Part, ToolResult, UnknownPart } from '../../model/turn.ts';
import type { LoggedTurn } from '../../ops/log.ts';
import type { ShownTurn } from '../../ops/show.ts';

/** A turn as log tells it. */
export interface TurnWire {
  id: string;
  n: number;
  role: string;
  kind: string | null;
  subject: string;
  time: string | null;
  ended: string | null;
  model: string | null;
  tool: string | null;
  stop: string | null;
  tokens: { output: number | null; context: number | null };
  steps: number;
  calls: number;
  tools: { name: string; calls: number }[];
  files: string[];
  agents: string[];
  /** In progress: the turn has no page yet, or a page that its source has outgrown. */
  open: boolean;
  diffs?: { path: string; added: number; removed: number; edits: string[][] }[];
}

/** A turn as show tells it; bytes of attachments are left out, their size stands for them. */
export interface FullTurnWire extends TurnWire {
  /** The turn that a person made this one from; `edited`: they changed what it says. */
  origin: string | null;
  edited: boolean;
  content: { parts: Json[] }[];
  /** Threads of sub-agents; `open`: without a result yet. */
  threads: { agent: string; open: boolean; turns: FullTurnWire[] }[];
}

/** Returns the wire form of a turn in a log. */
export function turnWire(turn: LoggedTurn): TurnWire {
  const { id, n, role, kind, subject, time, ended, model, tool, stop, tokens, steps, calls, tools, files, agents, open, diffs } = turn;
  return {
    ...{ id, n, role, kind: kind ?? null, subject, time: time ?? null, ended: ended ?? null },
    ...{ model: model ?? null, tool: tool ?? null, stop: stop ?? null },
    tokens: { output: tokens?.output ?? null, context: tokens?.context ?? null },
    ...{ steps, calls, tools: tools.map(([name, times]) => ({ name, calls: times })), files, agents, open: open ?? false },
    ...(diffs && { diffs: diffs.map(({ path, added, removed, edits }) => ({ path, added, removed, edits })) }),
  };
}

/** Returns the wire form of a turn with all that is in it. */
export function fullTurnWire({ summary, turn, agents }: ShownTurn): FullTurnWire {
  return {
    ...turnWire(summary),
    ...{ origin: turn.origin ?? null, edited: turn.edited !== undefined },
    content: turn.steps.map((step) => ({ parts: step.parts.map(partWire) })),
    threads: agents.map(({ id, turns, unsaved }) => ({ agent: id, open: unsaved ?? false, turns: turns.map(fullTurnWire) })),
  };
}

/** Returns the wire form of a part. */
export function partWire(part: Part): Json {
  switch (part.kind) {
    case 'attachment':
      return attachmentWire(part);
    case 'unknown':
      return unknownWire(part);
    case 'tool-call': {
      const { kind, call, name, input, result, agents } = part;
      return { kind, call, name, input, result: result ? resultWire(result) : null, agents: agents ?? [] };
    }
    case 'tool-result':
      return { kind: part.kind, call: part.call, result: resultWire(part.result) };
    default: {
      const { kind, text, label, call } = part;
      return { kind, text, label: label ?? null, call: call ?? null };
    }
  }
}

const attachmentWire = ({ kind, media, name, data }: AttachmentPart): Json => ({ kind, media, name: name ?? null, bytes: data.length });
const unknownWire = ({ kind, type, value }: UnknownPart): Json => ({ kind, type, value });

function resultWire({ status, content }: ToolResult): Json {
  const parts = content.map((one): Json => {
    if (one.kind === 'text') return { kind: one.kind, text: one.text };
    return one.kind === 'attachment' ? attachmentWire(one) : unknownWire(one);
  });
  return { status, content: parts };
}
