import { count } from '../../model/count.ts';
import type { ShownAgent, ShownTurn, ShowResult } from '../../ops/show.ts';
import { type Line, line, styled } from '../line.ts';
import type { View, ViewSettings } from '../view.ts';
import { oneLine } from '../width.ts';
import { foldedCall, fullCall } from './call.ts';
import { headLines } from './head.ts';
import { foldedPart, fullPart } from './part.ts';
import { dotted, modelName, moment, stopWord, tokenWords, took } from './words.ts';

type Fold = 'folded' | 'full' | 'prompts';

/** Reads turns out: the head of each, its steps by number, and what to type next. */
export const showView: View<ShowResult> = function* lines(result, given) {
  const settings = { ...given, folder: result.conversation.folder };
  if (result.mode === 'raw') return;
  yield* headLines(result.conversation, settings);
  for (const turn of result.turns) {
    yield line();
    yield turnHead(turn, settings);
    yield* turnBody(turn, result.mode, settings, result.step);
  }
  if (result.turns.length === 0) yield* [line(), line(styled('faint', 'No turns yet'))];
  for (const turn of result.open) {
    yield line();
    yield line(styled('id', String(turn.n)), styled('faint', ` · ${turn.role} · in progress · `), oneLine(turn.subject));
  }
  const next = suggestions(result);
  if (next.length > 0) yield* [line(), line(styled('faint', 'next: '), styled('command', next.join(' · ')))];
};

function turnHead({ summary, turn }: ShownTurn, { now }: ViewSettings): Line {
  const time = [moment(turn.time, now), turn.role === 'assistant' ? took(turn) : undefined].filter((word) => word !== undefined).join(', ');
  const facts = dotted([
    turn.kind,
    turn.edited === undefined ? undefined : 'corrected',
    summary.open ? 'in progress' : undefined,
    turn.model === undefined ? undefined : oneLine(modelName(turn.model)),
    time,
    summary.steps > 1 ? count(summary.steps, 'step') : undefined,
    ...tokenWords(turn.tokens),
    stopWord(turn.stop),
  ]);
  return line(styled('id', String(turn.n)), ' · ', styled('strong', turn.role), styled('faint', facts === '' ? '' : ` · ${facts}`));
}

function* turnBody(shown: ShownTurn, fold: Fold, settings: ViewSettings, only?: number): Iterable<Line> {
  const { steps } = shown.turn;
  const digits = String(steps.length).length;
  const agents: Agents = new Map(shown.agents.map((agent) => [agent.id, agent]));
  for (const [at, step] of steps.entries()) {
    if (only !== undefined && at !== only - 1) continue;
    const number = steps.length > 1 ? String(at + 1).padStart(digits) : ' '.repeat(digits);
    const inner = { ...settings, columns: settings.columns - digits - 3 };
    let lead = line(' ', styled('faint', number), '  ');
    for (const one of stepLines(agents, step.parts, fold, inner)) {
      yield one.length === 0 ? line() : line(lead, one);
      if (one.length > 0) lead = line(' '.repeat(digits + 3));
    }
  }
}

type Parts = ShownTurn['turn']['steps'][number]['parts'];

type Agents = Map<string, ShownAgent>;

function* stepLines(agents: Agents, parts: Parts, fold: Fold, settings: ViewSettings): Iterable<Line> {
  for (const part of parts) {
    if (part.kind !== 'tool-call') {
      yield* fold === 'full' ? fullPart(part, settings) : foldedPart(part, settings, fold === 'prompts');
      continue;
    }
    if (fold === 'prompts') continue;
    yield* fold === 'full' ? fullCall(part, settings) : [foldedCall(part, settings)];
    for (const id of part.agents ?? []) yield* agentLines(agents, id, fold, settings);
  }
}

/** An agent's thread is told once, where it is first named. */
function* agentLines(agents: Agents, id: string, fold: Fold, settings: ViewSettings): Iterable<Line> {
  const agent = agents.get(id);
  const turns = agent?.turns;
  agents.delete(id);
  const words = turns === undefined ? 'told above' : turns.length === 0 ? 'not saved yet' : count(turns.length, 'turn');
  yield line(styled('faint', `↳ agent ${oneLine(id)} · ${words}${agent?.unsaved && agent.turns.length > 0 ? ' · no result yet' : ''}`));
  if (turns === undefined) return;
  if (fold !== 'full') return;
  for (const turn of turns) {
    yield line('  ', turnHead(turn, settings));
    for (const one of turnBody(turn, fold, { ...settings, columns: settings.columns - 2 })) yield one.length === 0 ? one : line('  ', one);
  }
}

function suggestions(result: ShowResult): string[] {
  const { turns, mode, before, after, name } = result;
  const [first, last] = [turns[0], turns.at(-1)];
  const at = (n: number) => `convo show ${name}@${n}`;
  const log = name === '' ? 'convo log' : `convo log ${name}`;
  if (!first || !last || mode === 'prompts') return last ? [log] : [];
  const hidden = mode === 'folded' ? turns.findLast(({ summary }) => summary.calls > 0) : undefined;
  const agent = turns.flatMap(({ turn, agents }) => agents.map(({ id }) => `${at(turn.n)}/${id.slice(0, 8)}`))[0];
  const inside = agent !== undefined && mode === 'folded' && result.conversation.agent === undefined;
  const beside = after !== undefined ? [at(after)] : before !== undefined ? [at(before)] : [];
  return [
    ...(hidden ? [`${at(hidden.turn.n)}${result.step === undefined ? '' : `.${result.step}`} --full`] : []),
    ...(inside ? [agent] : beside),
    log,
  ];
}
