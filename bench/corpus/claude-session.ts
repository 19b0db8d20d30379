import type { Json } from '../../src/model/json.ts';
import { type Clock, clock, type Fields } from './conversation.ts';
import type { Random } from './random.ts';

const version = '2.1.197';
const model = 'claude-opus-5';

/** What differs from block to block of one message of the model. */
export interface Message {
  id: string;
  output: number;
  context: number;
}

/** Writes the records of one transcript file in order, each behind the one before. */
export interface Session {
  readonly id: string;
  readonly clock: Clock;
  /** Uuid of the record that the next one hangs on. */
  last: string | null;
  /** Number of records so far. */
  count: number;
  /** A record with a uuid, which it returns. */
  add(type: string, fields: Fields): string;
  /** A record without a uuid. */
  meta(type: string, fields: Fields): void;
  assistant(message: Message, block: Fields, stop: string | null): string;
  result(call: string, content: Json, outcome: Json, parent: string): string;
}

export interface SessionOptions {
  numbers: Random;
  id: string;
  folder: string;
  start: number;
  /** Set for the transcript of a sub-agent. */
  agent?: string;
  write(record: Fields): void;
}

/** Returns a writer of records as Claude Code 2.1.197 writes them. */
export function session({ numbers, id, folder, start, agent, write }: SessionOptions): Session {
  const time = clock(start);
  const common = { userType: 'external', entrypoint: 'cli', cwd: folder, sessionId: id, version, gitBranch: 'main' };
  const put = (record: Fields) => {
    self.count += 1;
    write(record);
  };
  const self: Session = {
    id,
    clock: time,
    last: null,
    count: 0,
    add(type, fields) {
      const uuid = typeof fields.uuid === 'string' ? fields.uuid : numbers.uuid();
      const side = { isSidechain: agent !== undefined, ...(agent === undefined ? {} : { agentId: agent }) };
      put({ parentUuid: self.last, ...side, type, ...fields, uuid, timestamp: time.now(), ...common });
      self.last = uuid;
      return uuid;
    },
    meta: (type, fields) => put({ type, ...fields, sessionId: id }),
    assistant: (message, block, stop) => {
      const usage = usageOf(message);
      const content = {
        model,
        id: message.id,
        type: 'message',
        role: 'assistant',
        content: [block],
        stop_reason: stop,
        stop_sequence: null,
        usage,
      };
      return self.add('assistant', { message: content, requestId: `req_${message.id.slice(4)}`, effort: 'medium' });
    },
    result(call, content, outcome, parent) {
      self.last = parent;
      const block = { tool_use_id: call, type: 'tool_result', content, is_error: false };
      return self.add('user', { message: { role: 'user', content: [block] }, toolUseResult: outcome, sourceToolAssistantUUID: parent });
    },
  };
  return self;
}

function usageOf({ output, context }: Message): Fields {
  return {
    input_tokens: 3,
    cache_creation_input_tokens: 1200,
    cache_read_input_tokens: context,
    output_tokens: output,
    server_tool_use: { web_search_requests: 0, web_fetch_requests: 0 },
    service_tier: 'standard',
    cache_creation: { ephemeral_1h_input_tokens: 0, ephemeral_5m_input_tokens: 1200 },
    iterations: [],
    speed: 'standard',
  };
}
