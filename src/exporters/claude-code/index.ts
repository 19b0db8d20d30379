import { tool } from '../../importers/claude-code/outline.ts';
import type { Exporter } from '../exporter.ts';
import { newTally } from '../kit/tally.ts';
import { root } from './folder.ts';
import { plan, told } from './thread.ts';
import { write } from './write.ts';

/**
 * Claude Code: `<config>/projects/<folder of the project>/<session>.jsonl`, with spilled results and sub-agents in a folder beside it. The
 * format is documented nowhere; what is written here was resumed by 2.1.329 (test/clients).
 */
export const claudeCode: Exporter = {
  tool,
  title: 'Claude Code',
  root,
  plan(thread) {
    const tally = newTally();
    const planned = plan(thread, tally);
    return { fidelity: tally.rows(), expected: told(planned), write: (target) => write(thread, planned, target) };
  },
  command: ({ native }) => ['claude', '--resume', native],
};
