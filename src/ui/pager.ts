import { spawn } from 'node:child_process';

type Env = Readonly<Record<string, string | undefined>>;

/** Returns the command to page with, or undefined for none: CONVO_PAGER, then config, GIT_PAGER, PAGER, `less`. `cat` and '' mean none. */
export function pagerOf(env: Env, configured: string | undefined): string | undefined {
  const chosen = env.CONVO_PAGER ?? configured ?? env.GIT_PAGER ?? env.PAGER ?? 'less';
  return chosen.trim() === '' || chosen.trim() === 'cat' ? undefined : chosen;
}

/** Shows the text in the pager and waits for its end; resolves to false when it could not be started. */
export function page(text: string, pager: string, env: Env): Promise<boolean> {
  return new Promise((resolve) => {
    // FRX: quit if one screen, colours through, leave the text on the screen; as git sets it.
    const child = spawn(pager, { shell: true, stdio: ['pipe', 'inherit', 'inherit'], env: { LESS: 'FRX', LV: '-c', ...env } });
    child.on('error', () => resolve(false));
    child.on('close', (code) => resolve(code !== 127 && code !== 126));
    // The reader may leave before the end: EPIPE is how it says so.
    child.stdin.on('error', () => {});
    child.stdin.end(text);
  });
}
