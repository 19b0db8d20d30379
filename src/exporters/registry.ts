import { claudeCode } from './claude-code/index.ts';
import { codex } from './codex/index.ts';
import type { Exporter } from './exporter.ts';
import { other } from './other.ts';

/** Every tool that convo writes for, in the order of their names; last the document to paste. */
export const exporters: readonly Exporter[] = [claudeCode, codex, other];
