import { join } from 'node:path';
import type { Json } from '../../src/model/json.ts';
import { lineOf, type Transcript } from './claude-code.ts';
import { type Message, type Session, session } from './claude-session.ts';
import type { Fields, Plan } from './conversation.ts';
import { phrase, text } from './text.ts';
import { type Call, call } from './tools.ts';

/** How often something happens: of exchanges (agent, rewind, image), of messages (thinks, says, parallel), of calls (spills). */
const often = { agent: 0.01, rewind: 0.01, image: 0.004, thinks: 0.5, says: 0.5, parallel: 0.25, spills: 0.004 };
const spillSize = 60_000;

/** Writes a prompt and all that the assistant does until it is answered; now and then behind an older exchange (a rewind). */
export function exchange(transcript: Transcript): void {
  const { plan, session, ends } = transcript;
  const { numbers } = plan;
  session.clock.pass(numbers.int(20, 300));
  const older = ends.at(-3);
  if (older && numbers.chance(often.rewind)) session.last = older.uuid;
  prompt(session, plan, text(numbers, 'prose', numbers.size(250)), numbers.chance(often.image));
  const began = session.clock.millis();
  if (numbers.chance(often.agent)) agentCall(transcript);
  for (let calls = numbers.int(0, plan.calls); calls > 0; calls -= 1) message(session, plan, (made) => outcomeOf(transcript, made));
  answer(session, plan);
  const uuid = session.add('system', { subtype: 'turn_duration', durationMs: session.clock.millis() - began, isMeta: false });
  session.meta('last-prompt', { lastPrompt: phrase(numbers), leafUuid: uuid });
  ends.push({ uuid, records: session.count });
}

function prompt(session: Session, { numbers }: Plan, words: string, image: boolean): void {
  const uuid = numbers.uuid();
  const snapshot = { messageId: uuid, trackedFileBackups: {}, timestamp: session.clock.now() };
  session.meta('file-history-snapshot', { messageId: uuid, snapshot, isSnapshotUpdate: false });
  const shown = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: numbers.base64(numbers.size(30_000)) } };
  const content: Json = image ? [{ type: 'text', text: words }, shown] : words;
  const message = { role: 'user', content };
  session.add('user', { promptId: numbers.uuid(), message, uuid, permissionMode: 'acceptEdits', origin: { kind: 'human' } });
}

const newMessage = ({ numbers }: Plan): Message => ({
  id: `msg_01${numbers.hex(22)}`,
  output: numbers.int(20, 2000),
  context: numbers.int(12_000, 150_000),
});

/** A message with one call or, in parallel, two or three, and their results. */
function message(session: Session, plan: Plan, outcome: (made: Call) => { result: string; outcome: Fields }): void {
  const { numbers, folder, resultSize } = plan;
  const sent = newMessage(plan);
  lead(session, plan, sent);
  const calls = Array.from({ length: numbers.chance(often.parallel) ? numbers.int(2, 3) : 1 }, () => {
    const made = call(numbers, folder, resultSize);
    const id = `toolu_01${numbers.hex(22)}`;
    return { made, id, record: session.assistant(sent, { type: 'tool_use', id, name: made.name, input: made.input }, 'tool_use') };
  });
  for (const { made, id, record } of calls) {
    session.clock.pass(numbers.int(1, 30));
    const told = outcome(made);
    session.result(id, told.result, told.outcome, record);
  }
}

function lead(session: Session, { numbers }: Plan, sent: Message): void {
  if (numbers.chance(often.thinks)) {
    const thinking = {
      type: 'thinking',
      thinking: text(numbers, 'prose', numbers.size(350)),
      signature: numbers.base64(numbers.int(200, 500)),
    };
    session.assistant(sent, thinking, 'tool_use');
  }
  if (numbers.chance(often.says)) session.assistant(sent, { type: 'text', text: text(numbers, 'prose', 90) }, 'tool_use');
}

function answer(session: Session, plan: Plan): void {
  const { numbers } = plan;
  const code = numbers.chance(0.3) ? `\n\n\`\`\`ts\n${text(numbers, 'code', numbers.size(500))}\n\`\`\`` : '';
  session.clock.pass(numbers.int(2, 40));
  session.assistant(newMessage(plan), { type: 'text', text: text(numbers, 'prose', numbers.size(700)) + code }, 'end_turn');
}

/** What a call gives; a large result is now and then spilled into a file of its own. */
function outcomeOf({ plan, session, companions }: Transcript, made: Call): { result: string; outcome: Fields } {
  const { numbers, emit } = plan;
  if (made.name !== 'Bash' || !numbers.chance(often.spills)) return made;
  const whole = text(numbers, 'output', numbers.size(spillSize));
  const name = `b${numbers.hex(8)}.txt`;
  emit(join(companions, 'tool-results', name), whole);
  const path = `/home/dev/${companions}/tool-results/${name}`;
  const preview = whole.slice(0, 2000);
  const result = `<persisted-output>\nOutput too large (${whole.length} B). Full output saved to: ${path}\n\nPreview (first 2 KB):\n${preview}\n</persisted-output>`;
  return {
    result,
    outcome: { ...made.outcome, stdout: preview, persistedOutputPath: path, persistedOutputSize: whole.length, session_id: session.id },
  };
}

/** A call of a sub-agent, whose own transcript stands below the session's folder. */
function agentCall({ plan, session: main, companions }: Transcript): void {
  const { numbers, folder, emit } = plan;
  const agent = `a${numbers.hex(16)}`;
  const words = text(numbers, 'prose', 400);
  const path = join(companions, 'subagents', `agent-${agent}`);
  const sent = newMessage(plan);
  const id = `toolu_01${numbers.hex(22)}`;
  const input = { description: phrase(numbers), prompt: words, subagent_type: 'Explore' };
  const record = main.assistant(sent, { type: 'tool_use', id, name: 'Agent', input }, 'tool_use');
  const write = (entry: Fields) => emit(`${path}.jsonl`, lineOf(entry));
  const side = session({ numbers, id: main.id, folder, start: main.clock.millis(), agent, write });
  side.add('user', { promptId: numbers.uuid(), message: { role: 'user', content: words } });
  for (let steps = numbers.int(1, 6); steps > 0; steps -= 1) message(side, plan, (made) => made);
  answer(side, plan);
  emit(`${path}.meta.json`, JSON.stringify({ agentType: 'Explore', description: input.description, toolUseId: id, spawnDepth: 1 }));
  main.clock.pass((side.clock.millis() - main.clock.millis()) / 1000);
  const content = [{ type: 'text', text: text(numbers, 'prose', 600) }];
  const outcome = {
    status: 'completed',
    prompt: words,
    agentId: agent,
    agentType: 'Explore',
    content,
    totalDurationMs: 60_000,
    totalTokens: 21_000,
  };
  main.result(id, content, outcome, record);
}
