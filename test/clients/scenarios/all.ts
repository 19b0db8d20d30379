import { claudeMore } from './claude-more.ts';
import { claudePrint } from './claude-print.ts';
import { claudeRewinds } from './claude-rewinds.ts';
import { claudeTerminal } from './claude-terminal.ts';
import { codexScenarios } from './codex.ts';
import { codexMore } from './codex-more.ts';
import { homeAgain } from './home-again.ts';
import { resumeClaude } from './resume-claude.ts';
import { resumeCodex } from './resume-codex.ts';
import type { Scenario } from './scenario.ts';

export const scenarios: Scenario[] = [
  ...claudePrint,
  ...claudeTerminal,
  ...claudeRewinds,
  ...claudeMore,
  ...codexScenarios,
  ...codexMore,
  ...resumeClaude,
  ...resumeCodex,
  ...homeAgain,
];
