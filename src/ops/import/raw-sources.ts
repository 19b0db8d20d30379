import type { Importer, Source } from '../../importers/importer.ts';
import { importers } from '../../importers/registry.ts';
import type { ConversationId, ToolId } from '../../model/ids.ts';
import { readCard } from '../../store/catalogue.ts';
import { documentPath, rawRef, sourceFolder } from '../../store/layout.ts';
import { rawFolder, rawOf } from '../../store/raw-folder.ts';
import type { Store } from '../../store/store.ts';
import type { Access } from './access.ts';
import { memoryBytes } from './bytes.ts';

/** A source as raw holds it: what an importer needs to read it again without the file. */
export interface RawSource {
  importer: Importer;
  source: Source;
  access: Access;
}

/** Raw folder → name of the source, as the card binds it: `<native>`, or `<native>_<revision>`, which stands in no record. */
function namesByFolder(tool: ToolId, sources: readonly string[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const source of sources) {
    for (let cut = source.indexOf('_'); cut >= 0; cut = source.indexOf('_', cut + 1))
      names.set(sourceFolder(tool, source.slice(0, cut), source.slice(cut + 1)), source);
    names.set(sourceFolder(tool, source), source);
  }
  return names;
}

/** Yields the main sources of a conversation from raw, one for each variant of each, under the names that their files had; `only`: those of these names. */
export async function* rawSources(store: Store, tool: ToolId, id: ConversationId, only?: ReadonlySet<string>): AsyncIterable<RawSource> {
  const names = await namesOf(store, tool, id);
  yield* read(store, tool, id, (folder) => {
    const name = names.get(folder);
    return name !== undefined && only?.has(name) !== false ? name : undefined;
  });
}

/** Yields what else raw holds of a conversation: the files of its sub-agents, which the card does not name. */
export async function* rawAgents(store: Store, tool: ToolId, id: ConversationId): AsyncIterable<RawSource> {
  const names = await namesOf(store, tool, id);
  yield* read(store, tool, id, (folder) => (names.has(folder) ? undefined : folder));
}

const namesOf = async ({ engine }: Store, tool: ToolId, id: ConversationId) =>
  namesByFolder(tool, (await readCard(engine, id))?.native.map((row) => row.source) ?? []);

async function* read(
  { engine }: Store,
  tool: ToolId,
  id: ConversationId,
  nameOf: (folder: string) => string | undefined,
): AsyncIterable<RawSource> {
  const importer = importers.find((one) => one.tool === tool);
  if (!importer) return;
  const stamp = { dev: 0, inode: 0, size: 0, mtimeMs: 0, companions: '' };
  for await (const { source, chunks } of rawOf(engine, tool, id, (folder) => nameOf(folder) !== undefined)) {
    const name = nameOf(source) ?? source;
    const folder = await rawFolder(engine, rawRef(tool, id), source);
    const pieces: Uint8Array[] = [];
    for (const chunk of chunks) pieces.push(await folder.read(chunk));
    const whole = Buffer.concat(pieces);
    yield {
      importer,
      source: { tool, key: `raw:${source}/${name}.jsonl`, path: `${name}.jsonl`, stamp: { ...stamp, size: whole.length }, given: true },
      access: {
        open: async () => memoryBytes(whole),
        async companion(document) {
          const oid = folder.files.get(documentPath(document));
          return oid && folder.read(oid);
        },
      },
    };
  }
}
