import { itemType, recordOf, turnOf } from '../../importers/codex/record.ts';
import { tool } from '../../importers/codex/tool.ts';
import { string } from '../../importers/kit/fields.ts';
import { turnId } from '../../model/ids.ts';
import { commandOf } from '../../model/notes/command-runs.ts';
import type { Part, Step, ToolResult, Turn } from '../../model/turn.ts';
import type { Exported, ExportedTurn, Told } from '../exporter.ts';
import { adaptSteps, type CallIds, type Form, placeholder, plainName, statedResult, stating, unsayable } from '../kit/adapt.ts';
import { countAgents, countCut, countExact } from '../kit/count-exact.ts';
import { readRecord } from '../kit/record.ts';
import { isShell } from '../kit/shell.ts';
import type { Tally } from '../kit/tally.ts';
import { type Arranged, arrangeAssistant, arrangeUser } from './arrange.ts';
import { cutRecords } from './cut.ts';

/** A turn as it will be written: with its own records, or arranged. */
export interface Planned {
  turn: Turn;
  records?: Uint8Array[];
  /** The records are those of another turn, up to a step of it: they become a task of their own. */
  isCut?: boolean;
  /** The native turn that the records name. */
  native?: string;
  arranged: Arranged;
  /** Calls of its records that have no output, and the types of their items: an output is stated. */
  open?: Map<string, string>;
}

const form: Form = {
  title: 'Codex',
  callOf(part, foreign) {
    const command = foreign && isShell(part.name) ? commandOf(part) : undefined;
    if (command !== undefined) return { name: 'exec_command', input: { cmd: command } };
    const { input } = part;
    const holds = typeof input === 'string' || (typeof input === 'object' && input !== null);
    return { name: foreign ? plainName(part.name) : part.name, input: holds ? input : { input } };
  },
  nameOf: (name) => name.split('.').slice(0, 2).map(plainName).join('.'),
  keepsContext: false,
  media: new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']),
};

/** What is said where no output was recorded. */
export const stated = `Tool call failed\n${textOf(statedResult)}`;

function textOf({ content }: ToolResult): string {
  return content.map((part) => (part.kind === 'text' ? part.text : '')).join('\n');
}

/** Returns the turns that are written, and counts what becomes of everything in the thread. */
export function plan(thread: Exported, tally: Tally): Planned[] {
  const kept = keptTurns(thread.turns);
  const cuts = thread.turns.map(({ turn, whole }) => (whole && nativeOf(whole) !== undefined ? cutRecords(whole, turn) : undefined));
  const ids: CallIds = new Set(thread.turns.flatMap(({ turn }, index) => (kept[index] || cuts[index] ? callsOf(turn) : [])));
  return thread.turns.map((one, index) => {
    const [own, cut] = [kept[index], cuts[index]];
    if (cut) {
      countCut(one.turn, tally);
      countAgents(one.turn, tally, () => agentsStay);
      const { stop: _stop, ...turn } = one.turn;
      return { turn: one.turn, records: cut, isCut: true, ...exact({ ...turn, stop: 'end' }, cut, tally) };
    }
    if (!own) return built(thread, one.turn, ids, tally);
    countExact(one.turn, tally);
    countAgents(one.turn, tally, () => agentsStay);
    return { turn: one.turn, ...own, ...exact(one.turn, own.records, tally) };
  });
}

/**
 * A sub-agent of Codex has a thread of its own, under an id that the model was told. A copy would need another id, which no record names, or
 * would be a second file of the same thread.
 */
const agentsStay: [kept: 'dropped', why: string] = ['dropped', 'their threads stay where they are; their result stands in the call'];

interface Own {
  records: Uint8Array[];
  native?: string;
}

/**
 * Returns for each turn its records, where the importer finds the same turn in them again. It names a turn by its task and by how many turns
 * of its role the task had before; without a task's id, in old versions, by all that was before it.
 */
function keptTurns(turns: readonly ExportedTurn[]): (Own | undefined)[] {
  const before = new Map<string, number>();
  let whole = true;
  const kept = turns.map(({ turn, records = [] }, index): Own | undefined => {
    const native = records.length === 0 ? undefined : (nativeOf(records) ?? nativeOf(turns[index + 1]?.records ?? []));
    const count = before.get(`${native} ${turn.role}`) ?? 0;
    const found = native !== undefined && turnId(tool, count === 0 ? native : `${native}#${count}`, turn.role) === turn.id;
    const keeps = records.length > 0 && (found || whole);
    whole &&= keeps;
    if (!keeps) return undefined;
    before.set(`${native} ${turn.role}`, count + 1);
    return { records, ...(native === undefined ? {} : { native }) };
  });
  // A prompt without a name takes that of the task which begins behind it.
  const takesName = (own: Own, index: number) => own.native === undefined && turns[index]?.turn.role === 'user' && !kept[index + 1];
  return kept.map((own, index) => (own && index + 1 < turns.length && takesName(own, index) ? undefined : own));
}

function nativeOf(records: readonly Uint8Array[]): string | undefined {
  for (const record of records) {
    const turn = turnOf(recordOf(readRecord(record).value));
    if (turn !== undefined) return turn;
  }
  return undefined;
}

const callsOf = (turn: Turn): string[] =>
  turn.steps.flatMap(({ parts }) => parts.flatMap((part) => (part.kind === 'tool-call' ? [part.call] : [])));

function built(thread: Exported, turn: Turn, ids: CallIds, tally: Tally): Planned {
  const steps = adaptSteps(turn, (turn.tool ?? thread.tool) !== tool, form, ids, tally);
  if (turn.tokens) tally.add('tokens', 'dropped', 'they count what was sent to another conversation');
  tally.add('ids', 'converted', 'a new id that names the turn');
  return { turn, arranged: arrange(turn, steps) ?? noted(turn, tally) };
}

const arrange = (turn: Turn, steps: Step[]): Arranged | undefined =>
  turn.role === 'assistant' ? arrangeAssistant(turn, steps) : arrangeUser(turn, steps);

function noted({ kind, ...turn }: Turn, tally: Tally): Arranged {
  tally.add('turns', 'dropped', unsayable);
  return arrange(turn, placeholder(kind === undefined ? turn : { ...turn, kind })) ?? { steps: [] };
}

/** The turn as it is; the service refuses a call without an output. */
function exact({ kind, stop, steps }: Turn, records: readonly Uint8Array[], tally: Tally): Pick<Planned, 'arranged' | 'open'> {
  const arranged: Arranged = { ...(kind === undefined ? {} : { kind }), ...(stop === undefined ? {} : { stop }), steps };
  if (!steps.some(({ parts }) => parts.some((part) => part.kind === 'tool-call' && !part.result))) return { arranged };
  const open = openCalls(records);
  tally.add('results', 'converted', stating, open.size);
  const result: ToolResult = { status: 'failed', content: [{ kind: 'text', text: stated }] };
  const answer = (part: Part): Part => (part.kind === 'tool-call' && open.has(part.call) && !part.result ? { ...part, result } : part);
  return { arranged: { ...arranged, steps: steps.map(({ parts }) => ({ parts: parts.map(answer) })) }, open };
}

const answered = ['function_call', 'custom_tool_call', 'local_shell_call'];

function openCalls(records: readonly Uint8Array[]): Map<string, string> {
  const items = records.map((record) => recordOf(readRecord(record).value)).filter(({ type }) => type === 'response_item');
  const calls = items.flatMap(({ payload }): [string, string][] =>
    answered.includes(itemType(payload)) ? [[string(payload.call_id), itemType(payload)]] : [],
  );
  const open = new Map(calls.filter(([call]) => call !== ''));
  for (const { payload } of items) if (itemType(payload).endsWith('_output')) open.delete(string(payload.call_id));
  return open;
}

/** Returns what the importer tells of the planned turns. */
export const told = (planned: readonly Planned[]): Told[] =>
  planned.map(({ turn, arranged }) => ({ id: turn.id, role: turn.role, ...arranged }));
