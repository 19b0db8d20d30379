import type { Stage } from '../stage.ts';

export type Client = 'claude-code' | 'codex';

/** A piece of work done with a real client; its checkpoints are compared afterwards. */
export interface Scenario {
  name: string;
  client: Client;
  /** Set when it needs a terminal (tmux). */
  terminal?: true;
  /** Set when it works with both clients. */
  both?: true;
  run(stage: Stage): Promise<void>;
}
