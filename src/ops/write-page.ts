import { resolve } from 'node:path';
import { writeDurably } from '../store/files.ts';
import type { Context } from './context.ts';

/** A file that a command wrote for its user. */
export interface WrittenPage {
  /** The whole path. */
  path: string;
  /** Bytes. */
  size: number;
}

/** Writes a page where its user wants it, readable by the user alone as what it is made of; replaces what stood there. Throws `cannot-write`. */
export async function writePage({ host }: Context, file: string, page: string): Promise<WrittenPage> {
  const path = resolve(host.cwd, file);
  const bytes = Buffer.from(page, 'utf8');
  await writeDurably(host.fs, path, bytes);
  return { path, size: bytes.length };
}
