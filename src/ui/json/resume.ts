import type { ResumeResult } from '../../ops/resume-result.ts';
import { type HeadWire, headWire } from './conversation.ts';

/** `convo.resume/1` */
export interface ResumeWire {
  dryRun: boolean;
  name: string;
  conversation: HeadWire;
  turn: { id: string; n: number; step: number | null };
  turns: number;
  inProgress: { id: string; n: number } | null;
  tool: string;
  elsewhere: boolean;
  fidelity: { component: string; kept: string; count: number; why: string }[];
  written: {
    native: string;
    files: { path: string; size: number }[];
    cwd: string;
    command: string[];
    before: string[][];
    branch: string;
    branchIsNew: boolean;
  } | null;
  document: string | null;
  /** The file that the document went to. */
  output: { path: string; size: number } | null;
}

/** Returns the wire form of a resume. */
export function resumeWire(result: ResumeResult): ResumeWire {
  const { dryRun, name, conversation, turn, turns, inProgress, tool, elsewhere, fidelity, written, document, output } = result;
  return {
    ...{
      dryRun,
      name,
      conversation: headWire(conversation),
      turn: { id: turn.id, n: turn.n, step: turn.step ?? null },
      turns,
      inProgress: inProgress ?? null,
      tool,
      elsewhere,
    },
    fidelity: fidelity.map(({ component, kept, count, why }) => ({ component, kept, count, why })),
    written: written
      ? {
          native: written.native,
          files: written.files.map(({ path, size }) => ({ path, size })),
          ...{
            cwd: written.cwd,
            command: written.command,
            before: written.before,
            branch: written.branch,
            branchIsNew: written.branchIsNew,
          },
        }
      : null,
    document: document ?? null,
    output: output ? { path: output.path, size: output.size } : null,
  };
}
