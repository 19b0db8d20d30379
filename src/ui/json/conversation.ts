import type { ListResult } from '../../ops/list.ts';
import type { ConversationHead } from '../../ops/target.ts';
import { type LineWire, lineWire } from './branch.ts';

type Listed = ListResult['groups'][number]['conversations'][number];

/** A conversation in a list. Wire types are declared here alone; fields may be added, never renamed or dropped within a schema number. */
export interface ConversationWire extends LabelsWire {
  id: string;
  tool: string;
  title: string;
  project: string;
  started: string | null;
  updated: string | null;
  turns: number;
  answered: boolean;
  model: string | null;
  active: string;
  branches: (LineWire & {
    /** The branch that tells all of this one. */
    within: string | null;
    /** Where another conversation's branch is shown here. */
    home: { conversation: string; branch: string } | null;
  })[];
  natives: string[];
  /** Sub-agents whose threads stand on the active branch; turns and title only where they were asked for. */
  agents: { id: string; turns: number | null; title: string | null }[];
  /** Only its card is on this machine (`convo clone --lazy`). */
  absent?: true;
  open: OpenWire[];
}

export interface OpenWire {
  id: string;
  parent: string | null;
  branch: string;
  n: number;
  role: string;
  subject: string;
  time: string | null;
}

/** The conversation that a log or show is of. */
export interface HeadWire {
  id: string;
  tool: string;
  title: string;
  project: string;
  branch: string;
  branches: number;
  active: boolean;
  turns: number;
  /** The sub-agent whose thread it is, and the number of the turn that started it. */
  agent: { id: string; turn: number } | null;
  /** The working folder that it was recorded in. */
  folder: string | null;
  /** No source on this machine tells it: it came from another one. */
  foreign: boolean;
  model: string | null;
  started: string | null;
  updated: string | null;
  /** None of a sub-agent's thread. */
  labels: LabelsWire | null;
}

/** What people put on a conversation; `intent` is the task that it is for. */
export interface LabelsWire {
  tags: string[];
  status: string | null;
  priority: string | null;
  intent: string | null;
}

type Agents = NonNullable<ReturnType<NonNullable<ListResult['agents']>['get']>>;

/** Returns the wire form of a conversation; `agents`: the threads of its sub-agents, where they were read. */
export function conversationWire(entry: Listed, agents?: Agents): ConversationWire {
  const { id, tool, title, project, started, updated, turns, answered, model, active, branches, natives, open } = entry;
  return {
    ...{ id, tool, title, project, started: started ?? null, updated: updated ?? null, turns, answered, model: model ?? null, active },
    ...labelsWire(entry),
    branches: branches.map((branch) => ({ ...lineWire(branch), within: branch.within ?? null, home: branch.home ?? null })),
    natives,
    agents:
      agents?.map(({ id, turns, title }) => ({ id, turns, title })) ?? (entry.agents ?? []).map((id) => ({ id, turns: null, title: null })),
    open: (open ?? []).map(openWire),
    ...(entry.absent ? { absent: true as const } : {}),
  };
}

function labelsWire({ tags = [], status, priority, intent }: NonNullable<ConversationHead['labels']>): LabelsWire {
  return { tags, status: status ?? null, priority: priority ?? null, intent: intent ?? null };
}

/** Returns the wire form of a turn in progress. */
export function openWire(turn: NonNullable<Listed['open']>[number]): OpenWire {
  const { id, parent, branch, n, role, subject, time } = turn;
  return { id, parent, branch, n, role, subject, time: time ?? null };
}

/** Returns the wire form of the head of a conversation. */
export function headWire(head: ConversationHead): HeadWire {
  const {
    id,
    tool,
    title,
    project,
    branch,
    branches,
    active,
    turns,
    agent,
    folder,
    foreign = false,
    model,
    started,
    updated,
    labels,
  } = head;
  return {
    id,
    tool,
    title,
    project,
    branch,
    branches,
    active,
    turns,
    agent: agent ?? null,
    folder: folder ?? null,
    foreign,
    model: model ?? null,
    started: started ?? null,
    updated: updated ?? null,
    labels: labels ? labelsWire(labels) : null,
  };
}
