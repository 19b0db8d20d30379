import { join } from 'node:path';
import type { Json } from '../../src/model/json.ts';
import { type Clock, clock, type Fields, type Plan } from './conversation.ts';
import type { Random } from './random.ts';
import { text } from './text.ts';

const model = 'gpt-5.4-codex';
const often = { says: 0.5, thinks: 0.6, parallel: 0.2 };
/** The same in every session of one version. */
const instructionSize = 6000;

/** A rollout file as it is written. */
interface Rollout {
  plan: Plan;
  id: string;
  path: string;
  clock: Clock;
  /** Ordinal of the next record, and its offset in the file. */
  ordinal: number;
  offset: number;
  input: number;
  output: number;
}

/**
 * Writes one thread of Codex CLI 0.169 (paginated); with `fork` also a second thread that goes on from its middle and repeats
 * nothing. Returns the number of turns.
 */
export function codexConversation(plan: Plan, instructions: string, fork: boolean): number {
  const first = begin(plan, instructions, {});
  const ends = [];
  for (let n = 0; n < plan.exchanges; n += 1) {
    exchange(first, n === 0);
    ends.push({ ordinal: first.ordinal, offset: first.offset });
  }
  const at = fork ? ends[Math.ceil(ends.length / 2) - 1] : undefined;
  if (!at) return 2 * plan.exchanges;
  const base = { thread_id: first.id, end_ordinal_exclusive: at.ordinal, end_byte_offset: at.offset };
  const second = begin(
    { ...plan, start: first.clock.millis() },
    instructions,
    { forked_from_id: first.id, history_base: base },
    at.ordinal,
  );
  const own = Math.max(1, Math.floor(plan.exchanges / 4));
  for (let n = 0; n < own; n += 1) exchange(second, false);
  return 2 * (plan.exchanges + own);
}

/** Returns the instructions that every session begins with. */
export const instructionsOf = (numbers: Random): string => text(numbers, 'prose', instructionSize);

function begin(plan: Plan, instructions: string, lineage: Fields, ordinal = 0): Rollout {
  const { numbers, folder, start } = plan;
  const id = `${start
    .toString(16)
    .padStart(12, '0')
    .replace(/^(.{8})/, '$1-')}-7${numbers.hex(3)}-b${numbers.hex(3)}-${numbers.hex(12)}`;
  const time = new Date(start).toISOString();
  const name = `rollout-${time.slice(0, 19).replaceAll(':', '-')}-${id}.jsonl`;
  const path = join('.codex', 'sessions', ...time.slice(0, 10).split('-'), name);
  const rollout: Rollout = { plan, id, path, clock: clock(start), ordinal, offset: 0, input: 0, output: 0 };
  write(rollout, 'session_meta', {
    id,
    session_id: id,
    timestamp: time,
    cwd: folder,
    originator: 'codex-tui',
    cli_version: '0.169.0',
    source: 'cli',
    thread_source: 'user',
    model_provider: 'openai',
    base_instructions: { text: instructions },
    history_mode: 'paginated',
    git: { commit_hash: numbers.hex(40), branch: 'main', repository_url: `https://example.com/dev/${folder.split('/').at(-1)}.git` },
    ...lineage,
  });
  return rollout;
}

function write(rollout: Rollout, type: string, payload: Fields): void {
  const record = JSON.stringify({ timestamp: rollout.clock.now(), ordinal: rollout.ordinal, type, payload });
  rollout.plan.emit(rollout.path, `${record}\n`);
  rollout.ordinal += 1;
  rollout.offset += Buffer.byteLength(record) + 1;
}

/** What a turn's records name: its id. */
interface Task {
  rollout: Rollout;
  turn: string;
}

const event = ({ rollout, turn }: Task, type: string, fields: Fields) => write(rollout, 'event_msg', { type, turn_id: turn, ...fields });
const item = ({ rollout, turn }: Task, fields: Fields) =>
  write(rollout, 'response_item', { ...fields, internal_chat_message_metadata_passthrough: { turn_id: turn } });

function completed(task: Task, fields: Fields): void {
  const at = task.rollout.clock.millis();
  event(task, 'item_completed', { thread_id: task.rollout.id, item: fields, started_at_ms: at, completed_at_ms: at });
}

function exchange(rollout: Rollout, first: boolean): void {
  const { numbers, folder } = rollout.plan;
  rollout.clock.pass(numbers.int(20, 900));
  const task = { rollout, turn: `${rollout.id.slice(0, 14)}7${numbers.hex(3)}-${numbers.hex(4)}-${numbers.hex(12)}` };
  event(task, 'task_started', { started_at: Math.floor(rollout.clock.millis() / 1000), model_context_window: 258_400 });
  if (first) {
    const context = `<environment_context>\n  <cwd>${folder}</cwd>\n  <shell>bash</shell>\n</environment_context>`;
    item(task, said(numbers, 'user', 'input_text', context));
  }
  write(rollout, 'turn_context', {
    turn_id: task.turn,
    cwd: folder,
    approval_policy: 'on-request',
    model,
    effort: 'high',
    summary: 'auto',
  });
  const words = text(numbers, 'prose', numbers.size(250));
  item(task, said(numbers, 'user', 'input_text', words));
  completed(task, { type: 'UserMessage', id: numbers.uuid(), content: [{ type: 'text', text: words, text_elements: [] }] });
  for (let steps = numbers.int(0, rollout.plan.calls); steps > 0; steps -= 1) step(task);
  const last = text(numbers, 'prose', numbers.size(700));
  speak(task, last);
  count(task);
  event(task, 'task_complete', { last_agent_message: last, completed_at: Math.floor(rollout.clock.millis() / 1000), duration_ms: 30_000 });
}

const said = (numbers: Random, role: string, type: string, words: string): Fields => ({
  type: 'message',
  id: `msg_${numbers.hex(32)}`,
  role,
  content: [{ type, text: words }],
});

function speak(task: Task, words: string): void {
  const message = said(task.rollout.plan.numbers, 'assistant', 'output_text', words);
  completed(task, { type: 'AgentMessage', id: message.id as Json, content: [{ type: 'Text', text: words }] });
  item(task, message);
}

/** Reasoning, perhaps words, one or two commands with their output, and the token count. */
function step(task: Task): void {
  const { numbers, resultSize, folder } = task.rollout.plan;
  if (numbers.chance(often.thinks)) {
    const summary = [{ type: 'summary_text', text: text(numbers, 'prose', 120) }];
    item(task, { type: 'reasoning', id: `rs_${numbers.hex(32)}`, summary, encrypted_content: numbers.base64(numbers.size(500)) });
  }
  if (numbers.chance(often.says)) speak(task, text(numbers, 'prose', 90));
  const calls = Array.from({ length: numbers.chance(often.parallel) ? 2 : 1 }, () => `call_${numbers.hex(24)}`);
  const commands = calls.map((call) => {
    const cmd = `npm test -- --grep "${text(numbers, 'prose', 20)}" | tail -${numbers.int(5, 80)}`;
    item(task, {
      type: 'function_call',
      id: `fc_${numbers.hex(32)}`,
      name: 'exec_command',
      arguments: JSON.stringify({ cmd }),
      call_id: call,
    });
    return cmd;
  });
  calls.forEach((call, index) => {
    const output = text(numbers, 'output', numbers.size(resultSize));
    task.rollout.clock.pass(numbers.int(1, 30));
    const command = ['/bin/bash', '-lc', commands[index] ?? ''];
    const shown = {
      command,
      cwd: `file://${folder}`,
      source: 'unified_exec_startup',
      status: 'completed',
      aggregated_output: output,
      exit_code: 0,
    };
    completed(task, { type: 'CommandExecution', id: call, ...shown });
    const told = `Chunk ID: ${numbers.hex(6)}\nWall time: 0.0210 seconds\nProcess exited with code 0\nOutput:\n${output}`;
    item(task, { type: 'function_call_output', id: `fco_${numbers.hex(32)}`, call_id: call, output: told });
  });
  count(task);
}

function count({ rollout }: Task): void {
  const { numbers } = rollout.plan;
  const last = { input_tokens: numbers.int(9000, 150_000), output_tokens: numbers.int(20, 2000) };
  rollout.input += last.input_tokens;
  rollout.output += last.output_tokens;
  const whole = (input: number, output: number): Fields => ({
    input_tokens: input,
    cached_input_tokens: 8000,
    output_tokens: output,
    reasoning_output_tokens: 0,
    total_tokens: input + output,
  });
  const info = {
    total_token_usage: whole(rollout.input, rollout.output),
    last_token_usage: whole(last.input_tokens, last.output_tokens),
    model_context_window: 258_400,
  };
  const limit = { used_percent: 12, window_minutes: 300, resets_at: 1_785_958_530 };
  write(rollout, 'event_msg', { type: 'token_count', info, rate_limits: { limit_id: 'codex', primary: limit, secondary: null } });
}
