import { isDeepStrictEqual } from 'node:util';
import type { Call, Conversation, Message } from './conversation.ts';

export interface Difference {
  where: string;
  /** What the client sent or told. */
  want: unknown;
  /** What convo imports. */
  got: unknown;
}

/** Returns where an imported thread is not the conversation that the client sent to its model; none when it is. */
export function compare(sent: Conversation, imported: Conversation & { earlier: Message[] }): Difference[] {
  return [
    ...compareSummary(sent, imported),
    ...compareMessages(withoutPreserved(sent, imported.earlier), imported.messages),
    ...compareFolded(sent.folded, imported.folded),
  ];
}

function compareSummary(sent: Conversation, imported: Conversation & { earlier: Message[] }): Difference[] {
  if (sent.summary === undefined && imported.summary === undefined) return [];
  const [want = '', got = ''] = [sent.summary, imported.summary];
  const same = got !== '' && want !== '' && (got.includes(want) || want.includes(got));
  const earlier = imported.earlier.flatMap((one) => one.said);
  const unknown = (sent.kept ?? []).filter((prompt) => !earlier.includes(prompt));
  const before = sent.before ?? [];
  return [
    ...compareMessages(before, imported.earlier.slice(imported.earlier.length - before.length)),
    ...(same ? [] : [{ where: 'summary of a compaction', want: sent.summary, got: imported.summary }]),
    ...unknown.map((prompt) => ({ where: 'prompt kept by a compaction', want: prompt, got: earlier })),
  ];
}

/**
 * Leaves out the messages behind a summary that the client kept as they were: the end of what was before the compaction. The
 * thread has them there.
 */
function withoutPreserved(sent: Conversation, earlier: Message[]): Message[] {
  if (sent.summary === undefined) return sent.messages;
  for (let length = Math.min(earlier.length, sent.messages.length); length > 0; length--) {
    const same = compareMessages(sent.messages.slice(0, length), earlier.slice(-length)).length === 0;
    if (same) return sent.messages.slice(length);
  }
  return sent.messages;
}

function compareMessages(want: Message[], got: Message[]): Difference[] {
  const differences: Difference[] = [];
  for (let index = 0; index < Math.max(want.length, got.length); index++) {
    const [a, b] = [want[index], got[index]];
    if (a === undefined || b === undefined) differences.push({ where: `message ${index + 1}`, want: a, got: b });
    else differences.push(...compareMessage(a, b, `message ${index + 1}`));
  }
  return differences;
}

function compareMessage(want: Message, got: Message, where: string): Difference[] {
  const differences: Difference[] = [];
  const check = (name: string, a: unknown, b: unknown) => {
    if (!isDeepStrictEqual(a, b)) differences.push({ where: `${where}: ${name}`, want: a, got: b });
  };
  check('role', want.role, got.role);
  check('said', want.said, got.said);
  if (want.thinking.length > 0) check('thinking', want.thinking, got.thinking);
  check('interrupted', want.interrupted ?? false, got.interrupted ?? false);
  check('calls', ids(want.calls), ids(got.calls));
  for (const call of want.calls) {
    const other = got.calls.find((one) => one.id === call.id);
    if (other) compareCall(call, other, check);
  }
  return differences;
}

const ids = (calls: Call[]) => calls.map((call) => call.id);

function compareCall(want: Call, got: Call, check: (name: string, a: unknown, b: unknown) => void): void {
  const name = `call ${want.id}`;
  check(`${name}: name`, want.name, got.name);
  if (!planTakenOut(want)) check(`${name}: input`, want.input, got.input);
  if (want.ok !== undefined) check(`${name}: ok`, want.ok, got.ok);
  const preview = previewOf(want.result);
  const ends = truncated(want.result);
  if (ends) {
    if (!got.result?.some((text) => ends.every((end) => text.includes(end))))
      check(`${name}: result of which the client sent the ends`, ends, got.result);
  } else if (preview === undefined) check(`${name}: result`, want.result, got.result);
  else if (!got.result?.some((text) => text.startsWith(preview) && text.length > preview.length)) {
    check(`${name}: whole result of which the client sent the head`, `${preview.slice(0, 40)} ...`, got.result);
  }
}

/** Claude Code (2.1.197) keeps a plan in the file and takes it out of what it sends. */
const planTakenOut = ({ name, input }: Call) => name === 'ExitPlanMode' && isDeepStrictEqual(input, {});

/** Returns the head of a large output that the client keeps in a file and did not send: the thread must have all of it. */
function previewOf(result: string[] | undefined): string | undefined {
  return /^<persisted-output>[\s\S]*?Preview \(first [^)]*\):\n([\s\S]*?)\n\.\.\.\n<\/persisted-output>$/.exec(
    result?.join('\n') ?? '',
  )?.[1];
}

/** Returns the head and the tail of an output that Codex shortened for its model. */
function truncated(result: string[] | undefined): [string, string] | undefined {
  const match = /^([\s\S]*)…\d+ (?:chars|tokens) truncated…([\s\S]*)$/.exec(result?.join('\n') ?? '');
  return match ? [match[1] ?? '', match[2] ?? ''] : undefined;
}

function compareFolded(want: string[], got: string[]): Difference[] {
  return want
    .filter((text) => !got.some((other) => other.includes(text)))
    .map((text) => ({ where: 'text of the harness', want: text, got: 'nowhere in the thread' }));
}
