import type { Importer } from '../importer.ts';
import { buildTurns } from './build.ts';
import { tool } from './outline.ts';
import { ownRecords } from './own-records.ts';
import { scan } from './scan.ts';
import { discover, roots, sniff } from './sources.ts';

/**
 * Claude Code: `<config>/projects/<key>/<session>.jsonl` and its sub-agents' files. The format is documented nowhere; seen
 * are the versions 1.0.96 to 2.1.197 and records of up to 2.1.220.
 */
export const claudeCode: Importer = {
  tool,
  title: 'Claude Code',
  generation: 1,
  roots,
  discover,
  sniff,
  scan,
  turns: buildTurns,
  records: ownRecords,
};
