import type { ConversationId, ToolId, TurnId } from '../../src/model/ids.ts';
import type { ResumeInput, ResumeResult } from '../../src/ops/resume-result.ts';

const place = { id: '7qk2m4xw9d' as ConversationId, tool: 'claude-code' as ToolId, title: 'Fix the line splitter' };
const fidelity: ResumeResult['fidelity'] = [
  { component: 'text', kept: 'converted', count: 14, why: 'as Codex writes it' },
  { component: 'thinking', kept: 'dropped', count: 3, why: 'what a model thought is signed for the message as it was' },
  { component: 'tool calls', kept: 'exact', count: 1200, why: '' },
  { component: 'images', kept: 'flattened', count: 1, why: 'Codex takes no such file' },
];

/** What a resume comes to, as it is asked: in the middle with a turn, for any tool as a document. */
export function resumed({ revision, tool = 'codex', output, dryRun, trust }: ResumeInput): ResumeResult {
  const inside = revision.includes('@');
  const native = '6f067eef-839b-8ecb-85b9-d7b077a5a5a5';
  const branch = inside ? 'resume-q7m2k4xw' : 'try-redis';
  const told: ResumeResult = {
    dryRun,
    name: `${place.id}/try-redis`,
    conversation: { ...place, project: 'example.com/app', branch: 'try-redis', branches: 2, active: false, turns: 6 },
    turn: { id: 'q7m2k4xw9d3f' as TurnId, n: 6, ...(revision.includes('.') ? { step: 3 } : {}) },
    turns: 6,
    ...(dryRun ? { inProgress: { id: 'q7m2k4xw9d3f' as TurnId, n: 6 } } : {}),
    tool: tool as ToolId,
    title: tool === 'other' ? 'Any tool' : 'Codex',
    elsewhere: trust,
    fidelity,
  };
  if (output !== undefined) return { ...told, output: { path: `/home/ada/${output}`, size: 1200 } };
  if (tool === 'other') return { ...told, document: '# Fix the line splitter\n\nGo on from here.\n' };
  return {
    ...told,
    written: {
      native,
      files: [
        { path: `/home/ada/.codex/sessions/2026/02/10/rollout-2026-02-10T02-40-00-${native}.jsonl`, size: 41_300 },
        ...Array.from({ length: inside ? 8 : 0 }, (_, index) => ({ path: `/home/ada/.codex/sessions/agent-${index}.jsonl`, size: 900 })),
      ],
      cwd: "/home/ada/it's here",
      ...(inside ? { why: 'the folder of example.com/app that you are in' } : {}),
      command: ['codex', 'resume', native],
      before: inside ? [['codex', 'import', 'a file']] : [],
      branch,
      branchIsNew: inside,
    },
  };
}
