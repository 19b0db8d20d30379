import { builtin } from '../builtin.ts';
import { fail } from '../errors.ts';
import type { Host } from '../host.ts';
import { errno } from '../store/files.ts';
import type { Context } from './context.ts';

/**
 * Returns the words of a command as they are handed to a program, without a shell: spaces part words, quotes of both kinds keep them
 * together, a backslash outside of single quotes takes the next character as it is. Nothing is expanded. undefined where a quote is open.
 */
export function commandWords(text: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === quote) quote = '';
    else if (character === '\\' && quote !== "'" && at + 1 < text.length) {
      at += 1;
      word = (word ?? '') + text.charAt(at);
    } else if (quote === '' && (character === '"' || character === "'")) {
      quote = character;
      word ??= '';
    } else if (quote === '' && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + character;
  }
  if (quote !== '') return undefined;
  return word === undefined ? words : [...words, word];
}

/** What a program of the user's is run with, and told of. */
export interface Run {
  /** The program and its arguments. */
  words: readonly string[];
  /** What it finds in its environment besides the user's own. */
  env?: Readonly<Record<string, string>>;
  /** The folder that it is started in; absent: the user's. */
  cwd?: string;
  /** On its stdin, piece by piece; absent: it has the terminal. */
  input?: readonly string[];
  /** Whose output is given to `onText`; that of the others goes to the terminal. */
  listen?: readonly ('stdout' | 'stderr')[];
  /** Gets what it prints; false: that is enough, it is ended. */
  onText?(text: string): boolean;
  /** Makes the error for a program that gave no exit code, from the reason. */
  failed(reason: string): Error;
}

/** How long an interrupted program that nobody sits before may take to end by itself, in milliseconds. */
const grace = 2_000;

const absent: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR']);

/**
 * Runs a program without a shell and returns its exit code. One that is interrupted is told to end, and waited for. Throws what `failed`
 * makes where it could not be started, or was ended.
 */
export function runToEnd(host: Host, { words, env, cwd = host.cwd, input, listen = [], onText, failed }: Run): Promise<number> {
  const [program = '', ...args] = words;
  const listened = (stream: 'stdout' | 'stderr') => (listen.includes(stream) ? 'pipe' : 'inherit');
  return new Promise((resolve, reject) => {
    host.onSpawn?.(program, args);
    const start = () =>
      builtin.childProcess.spawn(program, args, {
        cwd,
        env: { ...host.env, ...env },
        stdio: [input ? 'pipe' : 'inherit', listened('stdout'), listened('stderr')],
        shell: false,
        windowsHide: input !== undefined,
        signal: host.signal,
      });
    const notStarted = (error: unknown) =>
      failed(absent.has(errno(error) ?? '') ? 'there is no such program' : error instanceof Error ? error.message : String(error));
    let child: ReturnType<typeof start>;
    try {
      child = start();
    } catch (error) {
      return reject(notStarted(error)); // of some causes node throws, of others it tells later
    }
    const take = (text: string) => {
      if (onText?.(text) === false) child.kill();
    };
    child.stdout?.setEncoding('utf8').on('data', take);
    child.stderr?.setEncoding('utf8').on('data', take);
    child.stdin?.on('error', () => undefined); // a program that has read enough leaves; its code says how it went
    child.on('error', (error) => {
      if (child.pid === undefined) reject(notStarted(error));
      else if (input) setTimeout(() => child.kill('SIGKILL'), grace).unref(); // told to end by SIGTERM, and waited for
    });
    child.on('close', (code, signal) => {
      // Its end may be the interrupt's doing, whatever code it gives then.
      if (host.signal.aborted) reject(failed('it was interrupted'));
      else if (code === null) reject(failed(`it was ended by ${signal}`));
      else resolve(code);
    });
    for (const piece of input ?? []) child.stdin?.write(piece);
    child.stdin?.end();
  });
}

/** What a program that is named by one text is run with. */
export interface ProgramOptions {
  /** On its stdin; absent: it has the terminal. */
  input?: string;
  /** Bytes that it may print. */
  most?: number;
  /** The folder that it is started in; absent: the user's. */
  cwd?: string;
}

/** Runs a program of the user's to its end and returns what it printed. Throws `program-failed`, also where it prints too much. */
export async function runProgram(
  { host }: Context,
  command: string,
  more: readonly string[],
  { input, most = 0, cwd }: ProgramOptions = {},
): Promise<string> {
  const tooMuch = `it printed more than ${most} bytes`;
  let printed = '';
  let size = 0;
  const failed = (reason: string) => fail('program-failed', { command, reason: size > most ? tooMuch : reason });
  const [program, ...args] = commandWords(command) ?? [];
  if (program === undefined) throw failed('it names no program, or a quote in it is not closed');
  const code = await runToEnd(host, {
    words: [program, ...args, ...more],
    ...(input === undefined ? {} : { input: [input], listen: ['stdout'] }),
    ...(cwd === undefined ? {} : { cwd }),
    onText(text) {
      size += Buffer.byteLength(text);
      if (size <= most) printed += text;
      return size <= most;
    },
    failed,
  });
  if (size > most) throw failed(tooMuch);
  if (code !== 0) throw failed(`it ended with exit code ${code}`);
  return printed;
}
