import { builtin } from '../builtin.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface Pager {
  /** Resolves when the pager can take more. */
  write(text: string): Promise<void>;
  /** Resolves when the reader has left it; to false when it could not be started. */
  end(): Promise<boolean>;
}

/** Returns the command to page with, or undefined for none: CONVO_PAGER, then config, GIT_PAGER, PAGER, `less`. `cat` and '' mean none. */
export function pagerOf(env: Env, configured: string | undefined): string | undefined {
  const chosen = env.CONVO_PAGER ?? configured ?? env.GIT_PAGER ?? env.PAGER ?? 'less';
  return chosen.trim() === '' || chosen.trim() === 'cat' ? undefined : chosen;
}

/** Starts a pager, by the shell as git does. */
export function startPager(command: string, env: Env): Pager {
  // FRX: quit if one screen, colours through, leave the text on the screen; as git sets it.
  const child = builtin.childProcess.spawn(command, {
    shell: true,
    stdio: ['pipe', 'inherit', 'inherit'],
    env: { LESS: 'FRX', LV: '-c', ...env },
  });
  let gone = false;
  const ended = new Promise<boolean>((resolve) => {
    child.on('error', () => resolve(false));
    child.on('close', (code) => resolve(code !== 127 && code !== 126));
  });
  void ended.then(() => {
    gone = true;
  });
  // The reader may leave before the end: EPIPE is how it says so.
  child.stdin.on('error', () => {
    gone = true;
  });
  return {
    async write(text) {
      if (gone || child.stdin.write(text)) return;
      await Promise.race([ended, new Promise((resolve) => child.stdin.once('drain', resolve))]);
    },
    end() {
      child.stdin.end();
      return ended;
    },
  };
}
