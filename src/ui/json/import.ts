import type { FoundTool, ImportResult } from '../../ops/import-result.ts';

export interface ToolWire {
  tool: string;
  title: string;
  folder: string;
  sources: number;
  changed: number;
}

/** `convo.import/1` */
export interface ImportWire {
  dryRun: boolean;
  tools: ToolWire[];
  conversations: { new: number; grown: number; unchanged: number };
  turnsAdded: number;
  branchesAdded: number;
  openTurns: number;
  waiting: string[];
  /** Resumed from conversations that are not here: their records wait. */
  unplaced: { path: string; tool: string; conversation: string }[];
  held: number;
  records: { total: number; inTurns: number; rawOnly: number; skipped: number };
  bytes: number;
  changed: {
    id: string;
    title: string;
    tool: string;
    project: string;
    new: boolean;
    turnsAdded: number;
    branchesAdded: number;
    open: number;
    /** Labels that an export brought to a conversation that was here: `status`, `tags`. */
    labels: string[];
  }[];
  skipped: { file: string; line: number | null; column: number | null; offset: number; length: number; reason: string; kept: boolean }[];
  failed: { path: string; reason: string }[];
}

/** Returns the wire form of a tool found on the machine. */
export function toolWire({ tool, title, folder, sources, changed }: FoundTool): ToolWire {
  return { tool, title, folder, sources, changed };
}

/** Returns the wire form of an import. */
export function importWire(result: ImportResult): ImportWire {
  const {
    dryRun,
    tools,
    conversations,
    turnsAdded,
    branchesAdded,
    openTurns,
    waiting,
    unplaced,
    held,
    records,
    bytes,
    changed,
    skipped,
    failed,
  } = result;
  return {
    ...{ dryRun, tools: tools.map(toolWire), conversations, turnsAdded, branchesAdded, openTurns, waiting },
    ...{ unplaced: unplaced.map(({ path, tool, conversation }) => ({ path, tool, conversation })), held, records, bytes },
    changed: changed.map(({ id, title, tool, project, new: fresh, turnsAdded: turns, branchesAdded: branches, open, labels }) => ({
      ...{ id, title, tool, project, new: fresh, turnsAdded: turns, branchesAdded: branches, open, labels },
    })),
    skipped: skipped.map(({ file, line, column, offset, length, reason, kept }) => ({
      ...{ file, line: line ?? null, column: column ?? null, offset, length, reason, kept },
    })),
    failed,
  };
}
