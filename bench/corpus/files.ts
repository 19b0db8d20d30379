import { appendFileSync, mkdirSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Emit } from './conversation.ts';

const pieceSize = 1 << 20;

/** The files of one conversation while they are written. */
export interface Files {
  emit: Emit;
  /** Characters so far. */
  length(): number;
  /** Writes what is left and gives every file this time of its last change, in milliseconds since 1970. */
  finish(time: number): { files: number; bytes: number };
}

/** Returns a writer of files below a home folder that keeps at most 1 MB of each in memory. */
export function filesBelow(home: string): Files {
  const pending = new Map<string, { pieces: string[]; length: number }>();
  let bytes = 0;
  let length = 0;
  const flush = (path: string, pieces: string[]) => {
    const data = Buffer.from(pieces.join(''));
    bytes += data.length;
    mkdirSync(dirname(join(home, path)), { recursive: true });
    appendFileSync(join(home, path), data);
  };
  return {
    emit(path, text) {
      const file = pending.get(path) ?? { pieces: [], length: 0 };
      pending.set(path, file);
      file.pieces.push(text);
      file.length += text.length;
      length += text.length;
      if (file.length < pieceSize) return;
      flush(path, file.pieces.splice(0));
      file.length = 0;
    },
    length: () => length,
    finish(time) {
      for (const [path, { pieces }] of pending) {
        flush(path, pieces);
        utimesSync(join(home, path), time / 1000, time / 1000);
      }
      return { files: pending.size, bytes };
    },
  };
}
