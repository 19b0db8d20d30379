import { isAbsolute, join } from 'node:path';
import { fail } from '../../errors.ts';
import type { Host } from '../../host.ts';
import type { Bytes, ReadContext, Source } from '../../importers/importer.ts';
import { unzstd } from '../../importers/kit/zstd.ts';
import type { Memory } from '../../store/memory.ts';
import { fileBytes } from './bytes.ts';
import { restingLimit } from './rest.ts';

const companionLimit = 256 << 20;

/** The way to the bytes of a source, on the disk or in raw. */
export interface Access {
  open(): Promise<Bytes>;
  companion(name: string): Promise<Uint8Array | undefined>;
}

/** Returns the way to a source on the disk: opened read-only, decompressed where its name says so; `memory`, `parts` as in `fileBytes`. */
export function diskAccess(host: Host, source: Source, memory: Memory, parts = false): Access {
  const packed = source.path.endsWith('.zst');
  return {
    async open() {
      const bytes = await fileBytes(host, source.path, parts && !packed, memory);
      return packed ? unpacked(bytes, source.path) : bytes;
    },
    companion: (name) => companion(host, source, name),
  };
}

async function unpacked(bytes: Bytes, path: string): Promise<Bytes> {
  try {
    return await unzstd(bytes);
  } catch (error) {
    await bytes.close();
    throw fail('cannot-read', { path, reason: error instanceof Error ? error.message : String(error) }, error);
  }
}

/** Returns what an importer is handed for one source; `idle` milliseconds of rest make an unterminated last line final. */
export function readContext(host: Host, access: Access, idle: number): ReadContext {
  return { signal: host.signal, open: access.open, companion: access.companion, complete: idle >= restingLimit };
}

/** Returns the same access with every byte that it reads added to a counter. */
export function counted(access: Access, counter: { bytes: number }): Access {
  return { ...access, open: async () => countedBytes(await access.open(), counter) };
}

function countedBytes(bytes: Bytes, counter: { bytes: number }): Bytes {
  return {
    ...bytes,
    async read(offset, length) {
      const got = await bytes.read(offset, length);
      counter.bytes += got.length;
      return got;
    },
    async *stream(from) {
      for await (const piece of bytes.stream(from)) {
        counter.bytes += piece.length;
        yield piece;
      }
    },
  };
}

/** Undefined when there is none, its name leads out of the folder, or it is over 256 MB. */
async function companion(host: Host, source: Source, name: string): Promise<Uint8Array | undefined> {
  if (!source.companions || isAbsolute(name) || /(^|[/\\])\.\.([/\\]|$)|\0/.test(name)) return undefined;
  const path = join(source.companions, name);
  try {
    const { size } = await host.fs.stat(path);
    return size > companionLimit ? undefined : await host.fs.readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw fail('cannot-read', { path, reason: String(error) }, error);
  }
}
