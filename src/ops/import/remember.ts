import type { Json } from '../../model/json.ts';
import type { Line } from '../../model/placement.ts';
import { type SourceRow, type SourceState, writeState } from '../../store/state.ts';
import type { ImportRun } from '../import.ts';
import { rawNative, sourceName } from './family.ts';
import { nextFinished, restingLimit } from './rest.ts';
import { type Scanned, stampText } from './scan.ts';
import type { WrittenFamily } from './write-family.ts';

/** Remembers how far every source was read, now that the store holds it. The table is the caller's to write. */
export async function remember(run: ImportRun, written: readonly WrittenFamily[], waiting: readonly Scanned[]): Promise<void> {
  const { table } = run;
  for (const source of waiting) table.rows.set(source.source.key, { ...rowOf(source), open: [] });
  for (const { run: family, open, lines } of written) {
    for (const source of [...family.members, ...family.agents]) {
      const unfinished = open.get(source);
      table.rows.set(source.source.key, {
        ...rowOf(source),
        conversation: family.id,
        ...dueOf(source),
        ...(unfinished ? { open: unfinished } : {}),
      });
      await rememberState(run, source, lines);
    }
  }
}

function rowOf({ importer, facts, source }: Scanned): SourceRow {
  return {
    tool: importer.tool,
    stamp: stampText(source.stamp),
    native: rawNative(facts),
    ...(facts.revision === undefined ? {} : { revision: facts.revision }),
    ...(facts.agent ? { agent: facts.agent.id } : {}),
  };
}

function dueOf({ turns, idle, source, cursor }: Scanned): Pick<SourceRow, 'due'> {
  const unread = !source.path.endsWith('.zst') && cursor.offset < source.stamp.size && idle < restingLimit;
  const rest = unread ? restingLimit : nextFinished(turns, idle);
  return rest === undefined ? {} : { due: source.stamp.mtimeMs + rest };
}

async function rememberState({ context, store }: ImportRun, source: Scanned, lines: readonly Line[]): Promise<void> {
  const placed: SourceState['placed'] = {};
  const own = source.facts.agent ? [] : lines.filter((line) => line.source === sourceName(source));
  for (const { turn, kept, others } of own.flatMap(({ turns }) => turns)) placed[turn] = [kept.length, kept.at(-1) ?? '', others];
  const cursor = source.cursor as unknown as Json;
  await writeState(context.host, store.state, source.source.key, { cursor, raw: source.rawEnd, placed });
}
