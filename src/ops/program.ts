import { builtin } from '../builtin.ts';
import { fail } from '../errors.ts';
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

/** What a program is run with. */
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
  options: ProgramOptions = {},
): Promise<string> {
  const { input, most = 0, cwd = host.cwd } = options;
  const failed = (reason: string) => fail('program-failed', { command, reason });
  const [program, ...args] = commandWords(command) ?? [];
  if (program === undefined) throw failed('it names no program, or a quote in it is not closed');
  return new Promise((resolve, reject) => {
    host.onSpawn?.(program, [...args, ...more]);
    const child = builtin.childProcess.spawn(program, [...args, ...more], {
      cwd,
      env: host.env,
      stdio: input === undefined ? 'inherit' : ['pipe', 'pipe', 'inherit'],
      shell: false,
      signal: host.signal,
    });
    const pieces: Buffer[] = [];
    let size = 0;
    child.stdout?.on('data', (piece: Buffer) => {
      size += piece.length;
      if (size <= most) pieces.push(piece);
      else child.kill();
    });
    child.stdin?.on('error', () => undefined); // a program that has read enough leaves; its code says how it went
    child.on('error', (error) => reject(failed(errno(error) === 'ENOENT' ? 'there is no such program' : error.message)));
    child.on('close', (code, signal) => {
      if (size > most) reject(failed(`it printed more than ${most} bytes`));
      else if (code !== 0) reject(failed(code === null ? `it was ended by ${signal}` : `it ended with exit code ${code}`));
      else resolve(Buffer.concat(pieces).toString('utf8'));
    });
    child.stdin?.end(input);
  });
}
