import { fail } from '../errors.ts';
import type { GitEngine, Oid } from './git.ts';
import { rawRef, readChunkFile, sourceFolder } from './layout.ts';
import { type RawFolder, rawChains } from './raw.ts';
import type { SourceRow, SourceState } from './state.ts';
import { filesBelow } from './trees.ts';

/** The folder of a source that raw does not hold yet. */
export const emptyFolder: RawFolder = {
  files: new Map(),
  read: (oid) => Promise.reject(fail('bad-object', { oid, reason: 'it is missing' })),
};

/** Returns the files of one source in the raw ref of a conversation; none where it is not there. */
export async function rawFolder(engine: GitEngine, raw: string, source: string): Promise<RawFolder> {
  return { files: await filesBelow(engine, `${raw}:${source}`), read: (oid) => contentOf(engine, oid) };
}

/** Returns the bytes of the chunk that was open when a source was read last; undefined when raw no longer holds it so. */
export async function openChunk(engine: GitEngine, row: SourceRow, at: NonNullable<SourceState['raw']>): Promise<Uint8Array | undefined> {
  if (at.size === 0) return new Uint8Array();
  if (!row.conversation) return undefined;
  const folder = await rawFolder(engine, rawRef(row.home ?? row.tool, row.conversation), sourceFolder(row.tool, row.native, row.revision));
  for (const [name, oid] of folder.files) {
    if (readChunkFile(name)?.plain === at.name && oid === at.oid) return folder.read(oid);
  }
  return undefined;
}

/** Yields the source records on a ref: for each source (that is wanted) and variant its chunks, in order. */
export async function* rawOf(
  engine: GitEngine,
  raw: string,
  isWanted: (source: string) => boolean = () => true,
): AsyncIterable<{ source: string; chunks: Oid[] }> {
  const files = await filesBelow(engine, `${raw}^{tree}`);
  for (const source of new Set([...files.keys()].map((path) => path.slice(0, path.indexOf('/'))))) {
    if (!isWanted(source)) continue;
    const folder = await rawFolder(engine, raw, source);
    for (const { names } of await rawChains(folder)) {
      yield { source, chunks: names.map((name) => folder.files.get(name)).filter((oid) => oid !== undefined) };
    }
  }
}

/** Returns the content of an object; throws `bad-object` where it is missing. */
export async function contentOf(engine: GitEngine, oid: Oid): Promise<Uint8Array> {
  const object = await engine.read(oid);
  if (!object) throw fail('bad-object', { oid, reason: 'it is missing' });
  return object.content;
}
