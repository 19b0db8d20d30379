import type { Importer, Source } from '../../importers/importer.ts';
import { importers } from '../../importers/registry.ts';
import type { ConversationId, ToolId } from '../../model/ids.ts';
import { documentPath, rawRef } from '../../store/layout.ts';
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

/** Yields the sources of a conversation from raw, one for each variant of each. */
export async function* rawSources({ engine }: Store, tool: ToolId, id: ConversationId): AsyncIterable<RawSource> {
  const importer = importers.find((one) => one.tool === tool);
  if (!importer) return;
  const stamp = { dev: 0, inode: 0, size: 0, mtimeMs: 0, companions: '' };
  for await (const { source, chunks } of rawOf(engine, tool, id)) {
    const folder = await rawFolder(engine, rawRef(tool, id), source);
    const pieces: Uint8Array[] = [];
    for (const chunk of chunks) pieces.push(await folder.read(chunk));
    const whole = Buffer.concat(pieces);
    yield {
      importer,
      source: { tool, key: `raw:${source}`, path: `${source}.jsonl`, stamp: { ...stamp, size: whole.length }, given: true },
      access: {
        open: async () => memoryBytes(whole),
        async companion(name) {
          const oid = folder.files.get(documentPath(name));
          return oid && folder.read(oid);
        },
      },
    };
  }
}
