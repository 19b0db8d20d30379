import type { Target } from './target.ts';

/** Returns the whole name of what a revision stands for, without its turn: `7qk2m4xw9d/main-2`. */
export function wholeName({ entry, branch, agent }: Pick<Target, 'entry' | 'branch' | 'agent'>): string {
  const line = entry.branches.length > 1 ? `/${branch.label ?? branch.name}` : '';
  return `${entry.id}${line}${agent ? `@${agent.turn}/${agent.id}` : ''}`;
}
