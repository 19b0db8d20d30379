import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Stage } from './stage.ts';
import { waitFor } from './stand-in.ts';

export interface Terminal {
  /** Types text, then presses the keys (tmux names: Enter, Escape, Up). */
  type(text: string, ...keys: string[]): Promise<void>;
  screen(): string;
  /** Waits until the screen fits. Throws after `ms`, with the screen. */
  until(fits: RegExp, ms?: number): Promise<string>;
  close(): Promise<void>;
}

/** Returns whether this machine has tmux. */
export const canOpenTerminals = (): boolean => spawnSync('tmux', ['-V']).status === 0;

/** Opens the client in a terminal of its own (a tmux server inside the sandbox). */
export function openTerminal(stage: Stage, ...args: string[]): Terminal {
  const sockets = join(stage.home, '.tmux');
  mkdirSync(sockets, { recursive: true, mode: 0o700 });
  const tmux = (...words: string[]) => {
    const done = spawnSync('tmux', ['-L', 'clients', '-f', '/dev/null', ...words], {
      env: { ...stage.env, TMUX_TMPDIR: sockets },
      cwd: stage.project,
      encoding: 'utf8',
      timeout: 10_000,
    });
    return done.stdout;
  };
  tmux('new-session', '-d', '-s', 'main', '-x', '160', '-y', '60', stage.command, ...args);
  const screen = () => tmux('capture-pane', '-p', '-t', 'main');
  const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
  return {
    screen,
    type: async (text, ...keys) => {
      if (text !== '') tmux('send-keys', '-t', 'main', '-l', text);
      await pause(400);
      for (const key of keys) {
        tmux('send-keys', '-t', 'main', key);
        await pause(400);
      }
    },
    until: async (fits, ms = 30_000) => {
      try {
        return await waitFor(() => (fits.test(screen()) ? screen() : undefined), ms);
      } catch {
        throw new Error(`the screen never showed ${fits}:\n${screen()}`);
      }
    },
    close: async () => {
      tmux('kill-server');
      await pause(500);
    },
  };
}
