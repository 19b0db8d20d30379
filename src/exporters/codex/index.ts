import { join } from 'node:path';
import type { Host } from '../../host.ts';
import { tool } from '../../importers/codex/tool.ts';
import type { Exporter } from '../exporter.ts';
import { newTally } from '../kit/tally.ts';
import { plan, told } from './thread.ts';
import { write } from './write.ts';

const home = (host: Host): string => host.env.CODEX_HOME || join(host.home, '.codex');

/**
 * Codex CLI: `sessions/YYYY/MM/DD/rollout-<time>-<thread>.jsonl`. Turns that are kept stay in the mode of their source; what is built alone
 * is `legacy`, which every version reads. Written threads were listed and resumed by 0.169 (test/clients).
 */
export const codex: Exporter = {
  tool,
  title: 'Codex',
  root: (host) => join(home(host), 'sessions'),
  settings: (host) => [join(home(host), 'config.toml')],
  plan(thread) {
    const tally = newTally();
    const planned = plan(thread, tally);
    return { fidelity: tally.rows(), expected: told(planned), write: (target) => write(thread, planned, target) };
  },
  command: ({ native }) => ['codex', 'resume', native],
};
