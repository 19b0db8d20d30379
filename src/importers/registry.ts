import { claudeCode } from './claude-code/index.ts';
import { codex } from './codex/index.ts';
import type { Importer } from './importer.ts';

/** Every tool that convo reads, in the order of their names. */
export const importers: readonly Importer[] = [claudeCode, codex];
