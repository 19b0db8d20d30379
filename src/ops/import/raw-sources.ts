import type { Importer, Source } from '../../importers/importer.ts';
import { importers } from '../../importers/registry.ts';
import type { NativeSource } from '../../model/card.ts';
import type { ConversationId, ToolId } from '../../model/ids.ts';
import { readCard } from '../../store/catalogue.ts';
import { documentPath, rawRef, sourceFolder } from '../../store/layout.ts';
import type { RawFolder } from '../../store/raw.ts';
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

/** Raw folder → the tool and the name of the source, as the card binds it: `<native>`, or `<native>_<revision>`, which stands in no record. */
function namesByFolder(rows: readonly NativeSource[]): Map<string, Named> {
  const names = new Map<string, Named>();
  for (const { tool, source: name } of rows) {
    for (let cut = name.indexOf('_'); cut >= 0; cut = name.indexOf('_', cut + 1))
      names.set(sourceFolder(tool, name.slice(0, cut), name.slice(cut + 1)), { tool, name });
    names.set(sourceFolder(tool, name), { tool, name });
  }
  return names;
}

type Named = Pick<NativeSource, 'tool'> & { name: string };

/** Yields the main sources of a conversation from raw, one for each variant of each, under the names that their files had; `only`: those of these names. */
export async function* rawSources(store: Store, tool: ToolId, id: ConversationId, only?: ReadonlySet<string>): AsyncIterable<RawSource> {
  const names = namesByFolder(await rowsOf(store, id));
  yield* sourcesAt(store, rawRef(tool, id), (folder) => {
    const named = names.get(folder);
    return named !== undefined && only?.has(named.name) !== false ? [named] : [];
  });
}

/** Yields what else raw holds of a conversation: the files of its sub-agents, which the card does not name; each as every tool that it may be of. */
export async function* rawAgents(store: Store, tool: ToolId, id: ConversationId): AsyncIterable<RawSource> {
  const rows = await rowsOf(store, id);
  const names = namesByFolder(rows);
  const tools = new Set([tool, ...rows.map((row) => row.tool)]);
  yield* sourcesAt(store, rawRef(tool, id), (folder) => (names.has(folder) ? [] : [...tools].map((one) => ({ tool: one, name: folder }))));
}

const rowsOf = async ({ engine }: Store, id: ConversationId) => (await readCard(engine, id))?.native ?? [];

/** Yields the sources whose records stand on a ref, each as what `namesOf` says that its folder is. */
export async function* sourcesAt({ engine }: Store, ref: string, namesOf: (folder: string) => readonly Named[]): AsyncIterable<RawSource> {
  const stamp = { dev: 0, inode: 0, size: 0, mtimeMs: 0, companions: '' };
  for await (const { source, chunks } of rawOf(engine, ref, (folder) => namesOf(folder).length > 0)) {
    const folder = await rawFolder(engine, ref, source);
    const pieces: Uint8Array[] = [];
    for (const chunk of chunks) pieces.push(await folder.read(chunk));
    const whole = Buffer.concat(pieces);
    for (const { tool, name } of namesOf(source)) {
      const importer = importers.find((one) => one.tool === tool);
      const access = rawAccess(whole, folder);
      const path = `${name}.jsonl`;
      const of = { tool, key: `raw:${source}/${path}`, path, stamp: { ...stamp, size: whole.length }, given: true };
      if (importer) yield { importer, source: of, access };
    }
  }
}

function rawAccess(whole: Uint8Array, folder: RawFolder): Access {
  return {
    open: async () => memoryBytes(whole),
    async companion(document) {
      const oid = folder.files.get(documentPath(document));
      return oid && folder.read(oid);
    },
  };
}
