import { claudeCode } from '../../src/importers/claude-code/index.ts';
import type { TurnOutline } from '../../src/importers/importer.ts';
import type { Json } from '../../src/model/json.ts';
import type { Part, Turn } from '../../src/model/turn.ts';
import { type Scanned, scanOf, sourceFor, turnsOf } from './importer.ts';

type Fields = { [key: string]: Json };

const session = '5e551000-0000-4000-8000-000000000000';

/** Writes a transcript record by record, as Claude Code 2.1 does; `parent` and every other field can be given. */
export class Transcript {
  readonly lines: string[] = [];
  /** Uuid of the record written last: the parent of the next one. */
  last: string | null = null;
  #count = 0;
  #fields: Fields;

  constructor(fields: Fields = {}) {
    this.#fields = { sessionId: session, cwd: '/w/lines', version: '2.1.197', isSidechain: false, userType: 'external', ...fields };
  }

  /** A record with a uuid; returns it. */
  add(type: string, fields: Fields): string {
    this.#count += 1;
    const uuid = typeof fields.uuid === 'string' ? fields.uuid : uuidOf(this.#count);
    const timestamp = new Date(Date.UTC(2026, 1, 1, 10, 0, this.#count)).toISOString();
    const parentUuid = fields.parentUuid === undefined ? this.last : fields.parentUuid;
    this.lines.push(JSON.stringify({ ...this.#fields, type, timestamp, ...fields, parentUuid, uuid }));
    this.last = uuid;
    return uuid;
  }

  /** A record without a uuid. */
  meta(type: string, fields: Fields = {}): void {
    this.lines.push(JSON.stringify({ type, sessionId: session, ...fields }));
  }

  user(content: Json, fields: Fields = {}): string {
    return this.add('user', { message: { role: 'user', content }, ...fields });
  }

  assistant(content: Json[], fields: Fields & { id?: string; stop?: string; model?: string; usage?: Fields } = {}): string {
    const {
      id = `msg_${this.#count + 1}`,
      stop = null,
      model = 'claude-x',
      usage = { input_tokens: 10, output_tokens: 5 },
      ...rest
    } = fields;
    return this.add('assistant', {
      message: { id, type: 'message', role: 'assistant', model, content, stop_reason: stop, usage },
      ...rest,
    });
  }

  says(words: string, fields: Parameters<Transcript['assistant']>[1] = {}): string {
    return this.assistant([{ type: 'text', text: words }], { stop: 'end_turn', ...fields });
  }

  calls(id: string, name = 'Bash', input: Json = { command: 'ls' }, fields: Parameters<Transcript['assistant']>[1] = {}): string {
    return this.assistant([{ type: 'tool_use', id, name, input }], { stop: 'tool_use', ...fields });
  }

  result(call: string, content: Json = 'ok', fields: Fields = {}): string {
    return this.user([{ type: 'tool_result', tool_use_id: call, content }], fields);
  }

  system(subtype: string, fields: Fields = {}): string {
    return this.add('system', { subtype, ...fields });
  }

  attachment(type: string, attachment: Fields = {}, fields: Fields = {}): string {
    return this.add('attachment', { attachment: { type, ...attachment }, ...fields });
  }

  get bytes(): Uint8Array {
    return Buffer.from(this.lines.map((line) => `${line}\n`).join(''));
  }
}

/**
 * Returns a conversation that was compacted by hand, as 2.1.197 writes it, and what `--fork-session` copies of it: what stands
 * behind the boundary, with the tail that was kept behind the summary.
 */
export function compacted(): { original: Transcript; fork: Transcript } {
  const original = new Transcript();
  original.user('One');
  original.says('1');
  const tail = original.system('turn_duration');
  original.system('compact_boundary', {
    parentUuid: null,
    logicalParentUuid: tail,
    compactMetadata: { preservedMessages: { allUuids: [uuidOf(2), uuidOf(3)] } },
  });
  original.user('Summary.', { isCompactSummary: true });
  original.user('<command-name>/compact</command-name>');
  original.user('Two');
  original.says('2');
  return { original, fork: replayed(original, [4, 5, 2, 3, 6, 7, 8]) };
}

/** Returns three exchanges of which the rewind menu summarized a part, and a fourth; `kept` are the records that stay word for word. */
export function partlySummarized(kept: { head: number; anchor: 'summary' | 'boundary'; tail: number; logical: number }): Transcript {
  const t = new Transcript();
  for (const word of ['One', 'Two', 'Three']) {
    t.user(word);
    t.says(word.toLowerCase());
  }
  const [boundary, summary] = [uuidOf(7), uuidOf(8)];
  const anchorUuid = kept.anchor === 'summary' ? summary : boundary;
  const all = Array.from({ length: kept.tail - kept.head + 1 }, (_, index) => uuidOf(kept.head + index));
  t.system('compact_boundary', {
    parentUuid: null,
    logicalParentUuid: uuidOf(kept.logical),
    compactMetadata: {
      preservedSegment: { headUuid: uuidOf(kept.head), anchorUuid, tailUuid: uuidOf(kept.tail) },
      preservedMessages: { anchorUuid, allUuids: all },
    },
  });
  t.user('Summary.', { isCompactSummary: true });
  t.user('Four');
  t.says('four');
  return t;
}

/** Returns the copy that a fork makes of these records, each behind the one before. */
export function replayed(original: Transcript, numbers: number[]): Transcript {
  const sessionId = session.replace(/0$/, '1');
  const fork = new Transcript({ sessionId });
  for (const number of numbers) {
    const record = JSON.parse(original.lines[number - 1] ?? '{}');
    fork.lines.push(JSON.stringify({ ...record, sessionId, parentUuid: fork.last }));
    fork.last = record.uuid;
  }
  return fork;
}

/** Returns the uuid of the record with this number. */
export const uuidOf = (count: number): string => `${String(count).padStart(8, '0')}-0000-4000-8000-000000000000`;

export interface Told {
  scanned: Scanned;
  turns: Turn[];
  /** One line a turn: `2 assistant <1 end: text "x" | Bash(call) ok "y"`. */
  lines: string[];
}

/** Reads a transcript as the importer does and tells its turns in short. */
export async function tell(data: Uint8Array | Transcript, options: { path?: string; complete?: boolean } = {}): Promise<Told> {
  const bytes = data instanceof Transcript ? data.bytes : data;
  const source = sourceFor(claudeCode, options.path ?? `/h/.claude/projects/-w-lines/${session}.jsonl`);
  const scanned = await scanOf(claudeCode, source, bytes, { complete: options.complete ?? true });
  const turns = await turnsOf(claudeCode, source, bytes, scanned);
  const number = new Map(turns.map((turn, index) => [turn.id, index + 1]));
  const lines = turns.map((turn, index) => {
    const from = turn.parent === null ? '' : ` <${number.get(turn.parent)}`;
    const agent = scanned.outline.turns[index]?.agent;
    const head = `${index + 1} ${agent ? 'agent ' : ''}${turn.kind ?? turn.role}${from}${turn.stop ? ` ${turn.stop}` : ''}`;
    return `${head}: ${turn.steps.map((step) => step.parts.map(tellPart).join(' | ')).join(' || ')}`;
  });
  return { scanned, turns, lines };
}

function tellPart(part: Part): string {
  if (part.kind === 'attachment') return `${part.media} ${part.data.length}`;
  if (part.kind === 'unknown') return `unknown ${part.type}`;
  if (part.kind === 'tool-call')
    return `${part.name}(${part.call})${part.agents ? ` @${part.agents.join(',')}` : ''}${part.result ? tellResult(part.result) : ''}`;
  if (part.kind === 'tool-result') return `result(${part.call})${tellResult(part.result)}`;
  return `${part.kind}${part.label ? `[${part.label}]` : ''}${part.call ? `@${part.call}` : ''} "${part.text}"`;
}

function tellResult(result: { status: string; content: { kind: string; text?: string }[] }): string {
  return ` ${result.status} ${result.content.map((item) => (item.kind === 'text' ? `"${item.text}"` : item.kind)).join(' ')}`;
}

/** Returns the states of the turns in order. */
export const states = (told: Told): TurnOutline['state'][] => told.scanned.outline.turns.map((turn) => turn.state);
