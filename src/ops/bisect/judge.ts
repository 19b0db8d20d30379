import { dirname, join } from 'node:path';
import { builtin } from '../../builtin.ts';
import { fail } from '../../errors.ts';
import type { Verdict } from '../../model/bisect.ts';
import { printPage } from '../../model/page/print.ts';
import type { Turn } from '../../model/turn.ts';
import {
  cannotWrite,
  errno,
  listIfThere,
  nonce,
  privateFile,
  privateFolder,
  readIfThere,
  removeTree,
  statIfThere,
} from '../../store/files.ts';
import { turnPath } from '../../store/layout.ts';
import { isDead, ownerOf, parseOwner } from '../../store/owner.ts';
import type { Context } from '../context.ts';

/** What a command said of a thread. */
export interface Judgement {
  verdict: Verdict;
  exit: number;
  /** The end of what it printed, at most 2,000 characters, as it came. */
  output: string;
}

const prefix = 'thread-';
const inside = 'thread';
const skipped = 125;
const minute = 60_000;
/** How long an interrupted command may take to end by itself. */
const grace = 2_000;

/**
 * Runs a command over a thread, without a shell: its pages on stdin, and as files below $CONVO_THREAD as a clone of the store has them.
 * Exit codes mean what they mean to `git bisect run`. Throws `bisect-aborted` where a code says so, or nothing could be run.
 */
export async function judge(context: Context, command: readonly string[], thread: readonly Turn[]): Promise<Judgement> {
  const { folder, pages } = await layOut(context, thread);
  try {
    const { exit, output } = await runCommand(context, command, join(folder, inside), pages);
    return { exit, output, verdict: exit === 0 ? 'good' : exit === skipped ? 'skip' : 'bad' };
  } finally {
    await removeTree(context.host.fs, folder);
  }
}

/** The folder lies in the store, not among the system's temporary files: what a kill leaves there is as private as the store. */
async function layOut({ host, home }: Context, thread: readonly Turn[]): Promise<{ folder: string; pages: string[] }> {
  const folder = join(home, 'state', `${prefix}${nonce()}`);
  const pages: string[] = [];
  const made = new Set<string>();
  const write = async (path: string, bytes: string | Uint8Array) => {
    if (!made.has(dirname(path))) await host.fs.mkdir(dirname(path), { recursive: true, mode: privateFolder }); // not for long: nothing is synced
    made.add(dirname(path));
    await host.fs.writeFile(path, bytes, { mode: privateFile });
  };
  try {
    await write(join(folder, 'owner'), JSON.stringify(ownerOf(host, host.pid)));
    for (const turn of thread) {
      const { page, attachments } = printPage(turn);
      pages.push(page);
      await write(join(folder, inside, turnPath(turn.n, turn.role, turn.id)), page);
      for (const { name, bytes } of attachments) await write(join(folder, inside, 'attachments', name), bytes);
    }
  } catch (error) {
    await removeTree(host.fs, folder);
    throw errno(error) === undefined ? error : cannotWrite(folder, error);
  }
  return { folder, pages };
}

/** Removes the folders of commands whose convo was killed. */
export async function clearAfterTheDead({ host, home }: Context): Promise<void> {
  const state = join(home, 'state');
  for (const name of (await listIfThere(host.fs, state)).filter((one) => one.startsWith(prefix))) {
    const owner = parseOwner((await readIfThere(host.fs, join(state, name, 'owner')))?.toString('utf8') ?? '');
    const made = (await statIfThere(host.fs, join(state, name)))?.mtimeMs ?? 0;
    if (owner ? isDead(host, owner) : made < host.now() - minute) await removeTree(host.fs, join(state, name));
  }
}

function runCommand(
  { host }: Context,
  command: readonly string[],
  folder: string,
  pages: readonly string[],
): Promise<{ exit: number; output: string }> {
  const [program = '', ...args] = command;
  const aborted = (reason: string) => fail('bisect-aborted', { command: program, reason });
  return new Promise((resolve, reject) => {
    host.onSpawn?.(program, args);
    const child = builtin.childProcess.spawn(program, args, {
      cwd: host.cwd,
      env: { ...host.env, CONVO_THREAD: folder },
      stdio: 'pipe',
      shell: false,
      windowsHide: true,
      signal: host.signal,
    });
    let output = '';
    const collect = (more: string) => {
      output = (output + more).slice(-2_000);
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', collect);
    child.stdin.on('error', () => undefined); // a command that has read enough leaves; its code says what it found
    child.on('error', (error) => {
      if (child.pid === undefined) reject(aborted(errno(error) === 'ENOENT' ? 'there is no such program' : error.message));
      else setTimeout(() => child.kill('SIGKILL'), grace).unref(); // interrupted: told to end by SIGTERM, and waited for
    });
    child.on('close', (code, signal) => {
      // Its end may be the interrupt's doing, whatever code it gives then.
      if (host.signal.aborted) reject(aborted('it was interrupted'));
      else if (code === null || code > 127)
        reject(aborted(code === null ? `it was ended by ${signal}` : `it ended with exit code ${code}`));
      else resolve({ exit: code, output });
    });
    for (const page of pages) child.stdin.write(page);
    child.stdin.end();
  });
}
