import { changedFiles, toolCounts } from '../model/page/tally.ts';
import { subjectOf } from '../model/subject.ts';
import type { Turn } from '../model/turn.ts';
import type { OpenTurn } from '../store/entry.ts';

/** One turn in a line or two: what `log` tells of it. */
export interface TurnSummary extends Pick<Turn, 'id' | 'n' | 'role' | 'kind' | 'time' | 'ended' | 'model' | 'tool' | 'tokens' | 'stop'> {
  subject: string;
  steps: number;
  calls: number;
  /** Calls by tool, most first. */
  tools: [name: string, calls: number][];
  /** Paths of files that its calls changed. */
  files: string[];
  /** Sub-agents that its calls started. */
  agents: string[];
  /** In progress: this is what is known of it so far. */
  open?: true;
}

/** Returns the summary of a turn. */
export function summarize(turn: Turn): TurnSummary {
  const { id, n, role, kind, time, ended, model, tool, tokens, stop } = turn;
  const calls = turn.steps.flatMap((step) => step.parts.filter((part) => part.kind === 'tool-call'));
  const known = { kind, time, ended, model, tool, tokens, stop };
  return {
    id,
    n,
    role,
    ...(Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)) as Partial<TurnSummary>),
    subject: subjectOf(turn),
    steps: turn.steps.length,
    calls: calls.length,
    tools: toolCounts(turn),
    files: changedFiles(turn),
    agents: calls.flatMap((call) => call.agents ?? []),
  };
}

/** Returns the summary of a turn in progress, of which only the head is known. */
export function summarizeOpen({ id, n, role, subject, time }: OpenTurn): TurnSummary {
  const head = { id, n, role, subject, ...(time === undefined ? {} : { time }) };
  return { ...head, steps: 0, calls: 0, tools: [], files: [], agents: [], open: true };
}
