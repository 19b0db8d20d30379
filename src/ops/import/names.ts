import type { Context } from '../context.ts';
import type { Scanned } from './scan.ts';

/** Gives sources that tell no title the names that their tools keep beside the transcripts; one that cannot be read is a warning. */
export async function nameSources(context: Context, scanned: readonly Scanned[]): Promise<void> {
  const nameless = scanned.filter(({ facts }) => facts.title === undefined && !facts.agent);
  for (const importer of new Set(nameless.map((source) => source.importer))) {
    const names = await importer.names?.(context.host).catch((error: unknown) => {
      context.warn(`The names of ${importer.title} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    });
    for (const { facts } of nameless.filter((source) => source.importer === importer)) {
      const name = names?.get(facts.native);
      if (name !== undefined) facts.title = name;
    }
  }
}
