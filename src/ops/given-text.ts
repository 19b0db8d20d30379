import { resolve } from 'node:path';
import { fail } from '../errors.ts';
import type { Context } from './context.ts';

const most = 16 << 20;

/** Returns the text of a file, or of the standard input where it is called `-`; 16 MB at most. Throws `cannot-read`. */
export async function givenText({ host }: Context, file: string): Promise<string> {
  const path = file === '-' ? 'the standard input' : resolve(host.cwd, file);
  try {
    const bytes = file === '-' ? readInput(host.fs.readSync) : await host.fs.readFile(path);
    if (bytes.length > most) throw new Error('it is longer than 16 MB');
    return Buffer.from(bytes).toString('utf8');
  } catch (error) {
    throw fail('cannot-read', { path, reason: error instanceof Error ? error.message : String(error) }, error);
  }
}

function readInput(readSync: Context['host']['fs']['readSync']): Buffer {
  const pieces: Buffer[] = [];
  let size = 0;
  while (size <= most) {
    const piece = Buffer.alloc(65_536);
    const read = readSync(0, piece, 0, piece.length, null);
    if (read === 0) break;
    size += read;
    pieces.push(piece.subarray(0, read));
  }
  return Buffer.concat(pieces);
}
