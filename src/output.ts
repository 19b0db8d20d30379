import { fstatSync, writeSync } from 'node:fs';
import { exitCodes } from './errors.ts';
import type { Output } from './ui/terminal.ts';

/** An output of this process. */
export interface ProcessOutput extends Output {
  /** All that was written is out; a stream may still hold some of it. */
  readonly isDirect: boolean;
}

/** Returns stdout (1) or stderr (2). What is no terminal is written to at once; only what that does not take waits for a stream. */
export function output(file: 1 | 2): ProcessOutput {
  const stream = () => (file === 1 ? process.stdout : process.stderr).on('error', endQuietly);
  let opened = isTerminal(file) ? stream() : undefined;
  const send = (chunk: string | Uint8Array) => {
    opened ??= stream();
    if (opened.write(chunk) || !opened.writable) return undefined;
    return new Promise<void>((resolve) => opened?.once('drain', resolve));
  };
  return {
    isTTY: opened?.isTTY === true,
    get isDirect() {
      return opened === undefined;
    },
    get columns() {
      return opened?.columns;
    },
    get rows() {
      return opened?.rows;
    },
    write(chunk) {
      if (opened) return send(chunk);
      const left = writeNow(file, Buffer.from(chunk));
      return left.length > 0 ? send(left) : undefined;
    },
  };
}

/** What is no character device is no terminal; of the others the stream knows. */
function isTerminal(file: number): boolean {
  try {
    return fstatSync(file).isCharacterDevice();
  } catch {
    return true; // closed: the stream tells how that ends
  }
}

/** Returns what could not be written without waiting. */
function writeNow(file: number, bytes: Uint8Array): Uint8Array {
  let left = bytes;
  try {
    while (left.length > 0) left = left.subarray(writeSync(file, left));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) endQuietly(error as NodeJS.ErrnoException);
  }
  return left;
}

/** The reader of a pipe may leave: then there is nobody left to tell anything. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(process.exitCode ?? exitCodes.ok);
}
