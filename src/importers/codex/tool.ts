import type { ToolId } from '../../model/ids.ts';

export const tool = 'codex' as ToolId;
