import { codex } from '../../src/importers/codex/index.ts';
import type { TurnOutline } from '../../src/importers/importer.ts';
import type { Json } from '../../src/model/json.ts';
import type { Part, Turn } from '../../src/model/turn.ts';
import { type ReadOptions, type Scanned, scanOf, sourceFor, turnsOf } from './importer.ts';

type Fields = { [key: string]: Json };

/** A UUIDv7 as Codex makes them, numbered. */
export const uuid = (number: number): string => `019ca000-0000-7000-8000-${String(number).padStart(12, '0')}`;

interface RolloutOptions {
  id?: string;
  /** `legacy` writes no ordinals, and events instead of items. */
  mode?: 'paginated' | 'legacy';
  ordinal?: number;
  /** Seconds behind 2026-03-02T08:00:00Z. */
  from?: number;
}

/** Writes a rollout record by record, as Codex 0.169 does. */
export class Rollout {
  readonly lines: string[] = [];
  readonly id: string;
  readonly paginated: boolean;
  ordinal: number;
  turn = '';
  #second: number;
  #items = 0;
  #total = 0;

  constructor({ id = uuid(1), mode = 'paginated', ordinal = 0, from = 0 }: RolloutOptions = {}) {
    this.id = id;
    this.paginated = mode === 'paginated';
    this.ordinal = ordinal;
    this.#second = from;
  }

  /** Text of the file. */
  get text(): string {
    return this.lines.map((line) => `${line}\n`).join('');
  }

  record(type: string, payload: Fields, envelope: Fields = {}): this {
    const timestamp = new Date(Date.UTC(2026, 2, 2, 8, 0, this.#second)).toISOString();
    this.#second += 1;
    const ordinal = this.paginated ? { ordinal: this.ordinal } : {};
    this.ordinal += 1;
    this.lines.push(JSON.stringify({ timestamp, ...ordinal, type, payload, ...envelope }));
    return this;
  }

  meta(fields: Fields = {}): this {
    return this.record('session_meta', {
      session_id: this.id,
      id: this.id,
      timestamp: '2026-03-02T08:00:00.000Z',
      cwd: '/home/ada/tidetable',
      originator: 'codex-tui',
      cli_version: '0.169.0',
      source: 'cli',
      model_provider: 'openai',
      history_mode: this.paginated ? 'paginated' : 'legacy',
      git: { branch: 'main', commit_hash: '0'.repeat(40), repository_url: 'https://example.com/ada/tidetable.git' },
      ...fields,
    });
  }

  event(type: string, fields: Fields = {}): this {
    return this.record('event_msg', { type, ...fields });
  }

  /** An item that the model sees, with the metadata that names its turn. */
  item(type: string, fields: Fields, envelope: Fields = {}): this {
    this.#items += 1;
    const id = `${type.slice(0, 3)}_${this.id.slice(-4)}${this.turn.slice(-4)}${this.#items}`;
    return this.record(
      'response_item',
      { type, id, ...fields, internal_chat_message_metadata_passthrough: { turn_id: this.turn } },
      envelope,
    );
  }

  begin(turn: string, model = 'gpt-5.6'): this {
    this.turn = turn;
    return this.event('task_started', { turn_id: turn, model_context_window: 258400 }).record('turn_context', {
      turn_id: turn,
      cwd: '/home/ada/tidetable',
      approval_policy: 'on-request',
      model,
      effort: 'medium',
      summary: 'auto',
    });
  }

  environment(): this {
    const text = '<environment_context>\n  <cwd>/home/ada/tidetable</cwd>\n  <shell>bash</shell>\n</environment_context>';
    return this.item('message', { role: 'user', content: [{ type: 'input_text', text }] });
  }

  prompt(text: string): this {
    this.item('message', { role: 'user', content: [{ type: 'input_text', text }] });
    if (!this.paginated) return this.event('user_message', { message: text, images: [] });
    const item = { type: 'UserMessage', id: `user-${this.ordinal}`, content: [{ type: 'text', text, text_elements: [] }] };
    return this.event('item_completed', { thread_id: this.id, turn_id: this.turn, item });
  }

  thinks(text: string): this {
    return this.item('reasoning', { summary: [{ type: 'summary_text', text }], content: null, encrypted_content: 'b3BhcXVl' });
  }

  says(text: string): this {
    if (!this.paginated) this.event('agent_message', { message: text });
    else
      this.event('item_completed', {
        thread_id: this.id,
        turn_id: this.turn,
        item: { type: 'AgentMessage', id: `says-${this.ordinal}`, content: [{ type: 'Text', text }] },
      });
    return this.item('message', { role: 'assistant', content: [{ type: 'output_text', text }] });
  }

  calls(call: string, name: string, input: Fields, more: Fields = {}): this {
    return this.item('function_call', { name, arguments: JSON.stringify(input), call_id: call, ...more });
  }

  output(call: string, output: Json): this {
    return this.item('function_call_output', { call_id: call, output });
  }

  shell(call: string, cmd: string, output: string, exit = 0): this {
    this.calls(call, 'exec_command', { cmd });
    return this.output(call, `Chunk ID: 4be1f0\nWall time: 0.0410 seconds\nProcess exited with code ${exit}\nOutput:\n${output}`);
  }

  tokens(output: number, input: number): this {
    this.#total += output;
    const info = {
      total_token_usage: { input_tokens: input, output_tokens: this.#total },
      last_token_usage: { input_tokens: input, output_tokens: output },
    };
    return this.event('token_count', { info, rate_limits: { primary: { used_percent: 1.5 } } });
  }

  end(last = 'done'): this {
    return this.event('task_complete', { turn_id: this.turn, last_agent_message: last, duration_ms: 1200 });
  }

  /** A whole exchange. */
  exchange(turn: string, prompt: string, answer: string): this {
    return this.begin(turn).prompt(prompt).says(answer).tokens(7, 900).end(answer);
  }
}

export interface ReadRollout {
  scanned: Scanned;
  turns: Turn[];
  outline: TurnOutline[];
}

/** Returns what the importer makes of the text of a rollout. */
export async function readRollout(text: string | Uint8Array, options: ReadOptions & { path?: string } = {}): Promise<ReadRollout> {
  const data = typeof text === 'string' ? Buffer.from(text) : text;
  const source = sourceFor(codex, options.path ?? '/w/rollout-2026-03-02T08-00-00-x.jsonl');
  const scanned = await scanOf(codex, source, data, options);
  return { scanned, turns: await turnsOf(codex, source, data, scanned, options), outline: scanned.outline.turns };
}

/** Returns a turn as short lines, a line a part: `user: text Fix it`. */
export function told(turn: Turn): string[] {
  const role = turn.kind === undefined ? turn.role : `${turn.role}/${turn.kind}`;
  return turn.steps.flatMap((step) => step.parts.map((part) => `${role}: ${partTold(part)}`));
}

function partTold(part: Part): string {
  if (part.kind === 'tool-call') return `call ${part.name} ${part.result?.status ?? 'open'}`;
  if (part.kind === 'tool-result') return `result ${part.result.status}`;
  if (part.kind === 'attachment') return `attachment ${part.media} ${part.data.length}`;
  if (part.kind === 'unknown') return `unknown ${part.type}`;
  return part.label === undefined ? `${part.kind} ${part.text}` : `${part.kind} (${part.label})`;
}
