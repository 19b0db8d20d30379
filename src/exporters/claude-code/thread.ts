import { tool } from '../../importers/claude-code/outline.ts';
import { commandOf } from '../../model/notes/command-runs.ts';
import type { Part, Step, Turn } from '../../model/turn.ts';
import type { Exported, ExportedTurn, Told } from '../exporter.ts';
import { adaptSteps, type CallIds, type Form, placeholder, plainName, statedResult, stating, unsayable } from '../kit/adapt.ts';
import { countAgents, countCut, countExact } from '../kit/count-exact.ts';
import { readRecord } from '../kit/record.ts';
import { isShell } from '../kit/shell.ts';
import type { Tally } from '../kit/tally.ts';
import { agentRecords } from './agents.ts';
import { type Arranged, arrangeAssistant, arrangeUser } from './arrange.ts';
import { cutRecords, hasOpener } from './cut.ts';
import { openCalls } from './keep.ts';

/** A turn as it will be written: with its own records, or arranged. */
export interface Planned {
  turn: Turn;
  records?: Uint8Array[];
  arranged: Arranged;
  /** The records are those of another turn, up to a step of it: they get new ids. */
  isCut?: boolean;
  /** Calls of its records that have no result: one is stated. */
  open?: string[];
}

/** Returns a turn's tool: where it was made. */
const madeIn = (thread: Exported, turn: Turn) => turn.tool ?? thread.tool;

const form: Form = {
  title: 'Claude Code',
  callOf(part, foreign) {
    const command = foreign && isShell(part.name) ? commandOf(part) : undefined;
    if (command !== undefined) return { name: 'Bash', input: { command } };
    const { name, input } = part;
    return { name, input: typeof input === 'object' && input !== null && !Array.isArray(input) ? input : { input } };
  },
  nameOf: plainName,
  keepsContext: true,
  media: new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'application/pdf']),
};

/** Returns the turns that are written, and counts what becomes of everything in the thread. */
export function plan(thread: Exported, tally: Tally): Planned[] {
  const ids: CallIds = new Set(thread.turns.flatMap((one) => (one.records || one.whole ? callsOf(one.turn) : [])));
  return thread.turns.map((one, index) => planTurn(thread, one, thread.turns[index + 1]?.turn, ids, tally));
}

const callsOf = (turn: Turn): string[] =>
  turn.steps.flatMap(({ parts }) => parts.flatMap((part) => (part.kind === 'tool-call' ? [part.call] : [])));

function planTurn(thread: Exported, one: ExportedTurn, next: Turn | undefined, ids: CallIds, tally: Tally): Planned {
  const { turn, records } = one;
  const alone = turn.kind === 'shell' && next?.role === 'user' && joins(next);
  if (records && records.length > 0 && !alone) {
    countExact(turn, tally);
    countAgents(turn, tally, fateOf(thread));
    return { turn, records, ...exact(turn, records, tally) };
  }
  const cut = one.whole && hasOpener(one.whole, turn.origin) ? cutRecords(one.whole, turn.steps.length) : undefined;
  if (cut && hasOpener(cut.records, turn.origin)) {
    countCut(turn, tally);
    countAgents(turn, tally, fateOf(thread));
    const { stop: _stop, ...own } = turn;
    const told = cut.stop === undefined ? own : { ...own, stop: cut.stop };
    return { turn, records: cut.records, isCut: true, ...exact(told, cut.records, tally) };
  }
  for (const call of one.whole ? callsOf(turn) : []) ids.delete(call);
  const steps = adaptSteps(turn, madeIn(thread, turn) !== tool, form, ids, tally);
  if (turn.tokens) tally.add('tokens', 'dropped', 'they count what was sent to another conversation');
  tally.add('ids', 'converted', 'a new id that names the turn');
  return { turn, arranged: arrange(turn, alone ? asText(steps) : steps) ?? noted(turn, tally) };
}

/** A sub-agent comes along where its own records are here. */
const fateOf =
  ({ agents }: Exported) =>
  (id: string): ReturnType<Parameters<typeof countAgents>[2]> => {
    const agent = agents.get(id);
    return agent && agentRecords(id, agent).length > 0
      ? ['exact', '']
      : ['dropped', 'their own records are not here; their result stands in the call'];
  };

const arrange = (turn: Turn, steps: Step[]): Arranged | undefined =>
  turn.role === 'assistant' ? arrangeAssistant(turn, steps) : arrangeUser(turn, steps);

function noted({ kind, ...turn }: Turn, tally: Tally): Arranged {
  tally.add('turns', 'dropped', unsayable);
  return arrange(turn, placeholder(kind === undefined ? turn : { ...turn, kind })) ?? { steps: [] };
}

/** What a client takes together with a shell line that nobody answered. */
const joins = ({ kind }: Turn): boolean => kind === undefined || kind === 'command' || kind === 'shell' || kind === 'merge';

/** A shell line that a prompt would take in: it becomes one that was said. */
const asText = (steps: Turn['steps']): Turn['steps'] =>
  steps.map(({ parts }) => ({
    parts: parts.map((part) => (part.kind === 'command' || part.kind === 'output' ? { kind: 'text' as const, text: part.text } : part)),
  }));

/** The turn as it is; the service refuses a call without a result. */
function exact({ kind, stop, steps }: Turn, records: readonly Uint8Array[], tally: Tally): Pick<Planned, 'arranged' | 'open'> {
  const arranged: Arranged = { ...(kind === undefined ? {} : { kind }), ...(stop === undefined ? {} : { stop }), steps };
  if (!steps.some(({ parts }) => parts.some((part) => part.kind === 'tool-call' && !part.result))) return { arranged };
  const open = openCalls(records.map(readRecord));
  tally.add('results', 'converted', stating, open.size);
  const answer = (part: Part): Part => (part.kind === 'tool-call' && open.has(part.call) ? { ...part, result: statedResult } : part);
  return { arranged: { ...arranged, steps: steps.map(({ parts }) => ({ parts: parts.map(answer) })) }, open: [...open] };
}

/** What the service wants before an answer with which a thread begins. */
export const opening = '(The conversation begins with an answer.)';

/** Returns what the importer tells of the planned turns: answers without a prompt between them are one turn. */
export function told(planned: readonly Planned[]): Told[] {
  const turns: Told[] = [];
  for (const { turn, arranged } of planned) {
    const last = turns.at(-1);
    if (!last && turn.role === 'assistant') turns.push({ id: turn.id, role: turn.role, ...begun(arranged) });
    else if (last?.role !== 'assistant' || turn.role !== 'assistant') turns.push({ id: turn.id, role: turn.role, ...arranged });
    else turns[turns.length - 1] = joined(last, arranged);
  }
  return turns;
}

const begun = ({ steps: [first, ...steps], ...arranged }: Arranged): Arranged => ({
  ...arranged,
  steps: [{ parts: [{ kind: 'context', text: opening }, ...(first?.parts ?? [])] }, ...steps],
});

function joined({ stop: before, ...last }: Told, arranged: Arranged): Told {
  const stop = before === 'interrupted' ? before : arranged.stop;
  return { ...last, steps: [...last.steps, ...arranged.steps], ...(stop === undefined ? {} : { stop }) };
}
