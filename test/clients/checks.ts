// What must hold at a checkpoint: the import is lossless, grows like the file, and is the conversation that the client had.
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Told } from '../../src/exporters/exporter.ts';
import type { Importer } from '../../src/importers/importer.ts';
import type { Turn } from '../../src/model/turn.ts';
import { comparable } from '../support/exporter.ts';
import type { Body } from './body.ts';
import { compare, type Difference } from './compare.ts';
import { type Conversation, message, plain } from './conversation.ts';
import { activeSource, type Read, readHome, readSource, threadOf } from './imported.ts';
import { brokenRules } from './rules.ts';
import type { Client } from './scenarios/scenario.ts';
import { sentByClaude } from './sent-by-claude.ts';
import { sentByCodex } from './sent-by-codex.ts';
import type { Checkpoint } from './stage.ts';
import { saidInThread } from './thread.ts';
import { compareTold } from './told-by-codex.ts';

export interface Checked {
  differences: Difference[];
  /** What was left out of the comparison by nature. */
  leftOut: Set<string>;
  reads: Map<string, Read>;
}

/** Checks one checkpoint of a recorded scenario. `earlier` holds the sources as they were at the checkpoint before, by path below the home. */
export async function check(
  importer: Importer,
  client: Client,
  folder: string,
  checkpoint: Checkpoint,
  body: Body,
  earlier: Map<string, Read>,
): Promise<Checked> {
  const home = join(folder, checkpoint.folder);
  const reads = await readHome(importer, home);
  const byPath = new Map(reads.map((read) => [relative(home, read.source.path), read]));
  const read = checkpoint.agent === undefined ? activeSource(reads, checkpoint.native) : agentSource(reads, checkpoint.agent);
  const thread = threadOf(reads, read);
  const sent = withReply(client === 'codex' ? sentByCodex(body) : sentByClaude(body), checkpoint);
  const differences = [
    ...reads.flatMap(lossless),
    ...(await grown(importer, byPath, earlier)),
    ...agentsOf(reads, checkpoint.native),
    ...(checkpoint.resumed ? brokenRules(body) : shared(reads)),
    ...compare(sent, saidInThread(thread)),
    ...(checkpoint.told === undefined ? [] : compareTold(checkpoint.told, thread)),
    ...(checkpoint.promised === undefined ? [] : comparePromised(checkpoint.promised, thread)),
  ];
  return { differences, leftOut: sent.leftOut, reads: byPath };
}

/** What convo wrote must be told as it was promised, before and after the client went on; ids are those that the tool's own records have. */
function comparePromised(promised: readonly Told[], thread: Turn[]): Difference[] {
  const before = beforeAnswered(promised.at(-1), thread).map(({ id, role, kind, stop, steps }) => ({
    id,
    role,
    ...(kind === undefined ? {} : { kind }),
    ...(stop === undefined ? {} : { stop }),
    steps,
  }));
  const withoutIds = (turns: unknown) => (Array.isArray(turns) ? turns.map(({ id: _, ...turn }) => turn) : turns);
  const [want, got] = [withoutIds(promised), withoutIds(comparable(before))];
  return isDeepStrictEqual(want, got) ? [] : [{ where: 'what convo promised', want, got }];
}

/** What was there before the prompt and its answer. A shell line without an answer becomes a part of the prompt behind it, as the client has it. */
function beforeAnswered(last: Told | undefined, thread: Turn[]): Turn[] {
  const before = thread.slice(0, -2);
  const prompt = thread.at(-2);
  if (last?.kind !== 'shell' || !prompt) return before;
  const count = last.steps[0]?.parts.length ?? 0;
  return [...before, { ...prompt, kind: 'shell', steps: [{ parts: prompt.steps[0]?.parts.slice(0, count) ?? [] }] }];
}

/** The request does not hold its own answer: it is added as the stand-in sent it. */
function withReply(sent: Conversation, { said }: Checkpoint): Conversation {
  const reply = message('assistant');
  for (const block of said) {
    if ('text' in block) reply.said.push(plain(block.text));
    else if ('thinking' in block) reply.thinking.push(block.thinking);
    else throw new Error('a checkpoint must stand behind a reply without calls');
  }
  return said.length === 0 ? sent : { ...sent, messages: [...sent.messages, reply] };
}

function agentSource(reads: Read[], prompt: string): Read {
  const found = reads.find((read) => {
    const first = read.outline.facts.agent && saidInThread([...read.turns.values()]).messages.map((one) => one.said[0]);
    return first?.includes(prompt);
  });
  if (found === undefined) throw new Error(`no agent was asked "${prompt}"`);
  return found;
}

function lossless({ source, records, skipped }: Read): Difference[] {
  const file = readFileSync(source.path);
  return [
    ...(file.equals(records)
      ? []
      : [{ where: `records of ${source.path}`, want: `${file.length} bytes as in the file`, got: `${records.length} bytes` }]),
    ...skipped.map((one) => ({ where: `skipped in ${source.path}`, want: 'nothing', got: one })),
  ];
}

/** A grown file, read on from where the last read ended, must give what reading it whole gives. */
async function grown(importer: Importer, now: Map<string, Read>, earlier: Map<string, Read>): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const [path, before] of earlier) {
    const whole = now.get(path);
    if (whole === undefined || !startsWith(whole.records, before.records)) continue;
    const { outline } = await readSource(importer, whole.source, { before: before.outline.cursor });
    for (const name of ['turns', 'facts', 'counts'] as const) {
      if (isDeepStrictEqual(outline[name], whole.outline[name])) continue;
      differences.push({ where: `${name} of ${path} read on after growth`, want: whole.outline[name], got: outline[name] });
    }
  }
  return differences;
}

const startsWith = (bytes: Uint8Array, start: Uint8Array) => Buffer.from(bytes.subarray(0, start.length)).equals(start);

/** A turn that stands in two sources (a fork) must be the same in both: only so do they share their commits. Agents own their threads. */
function shared(reads: Read[]): Difference[] {
  const differences: Difference[] = [];
  const first = new Map<string, Turn>();
  const conversations = reads.filter((read) => read.outline.facts.agent === undefined);
  for (const turn of conversations.flatMap((read) => [...read.turns.values()])) {
    const other = first.get(turn.id);
    if (other === undefined) first.set(turn.id, turn);
    else if (!sameContent(other, turn)) {
      differences.push({ where: `turn ${turn.id}, which stands in two sources`, want: contentOf(other), got: contentOf(turn) });
    }
  }
  return differences;
}

/** A fork made behind a partial summary zeroes the counts of tokens in what was kept: such turns name no kept records. */
function sameContent(one: Turn, other: Turn): boolean {
  const [a, b] = [contentOf(one), contentOf(other)];
  if (a.kept.length > 0 && b.kept.length > 0) return isDeepStrictEqual(a, b);
  return isDeepStrictEqual({ ...a, tokens: 0, kept: 0 }, { ...b, tokens: 0, kept: 0 });
}

/**
 * What must be equal. Left out by nature: the parent, which a fork made after a compaction does not know, and the times, which
 * the legacy forks of Codex stamp anew.
 */
const contentOf = ({ role, kind, steps, stop, model, tokens, records }: Turn) => ({
  role,
  kind,
  steps,
  stop,
  model,
  tokens,
  kept: records.kept,
});

/** Every agent of the conversation that has ended must be named by the turn that holds its result. */
function agentsOf(reads: Read[], native: string): Difference[] {
  const named = reads.flatMap((read) => read.outline.turns).flatMap((turn) => turn.agents);
  const ids = reads.map((read) => read.outline.facts.agent).filter((agent) => agent?.of === native);
  return ids
    .filter((agent) => agent && !named.includes(agent.id))
    .map((agent) => ({ where: 'agent named by a turn', want: agent?.id, got: named }));
}
