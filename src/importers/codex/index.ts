import type { TurnId } from '../../model/ids.ts';
import type { Turn } from '../../model/turn.ts';
import type { Cursor, Importer, ReadContext, Source } from '../importer.ts';
import { buildTurn } from './build.ts';
import { idOf } from './identity.ts';
import { names } from './names.ts';
import { ownRecords } from './own-records.ts';
import { savedIn, scan } from './scan.ts';
import { recordReader } from './source-records.ts';
import { discover, roots, sniff } from './sources.ts';
import { tool } from './tool.ts';

/** Codex CLI, its desktop app and its editor extensions: all write rollouts into the same folder. */
export const codex: Importer = {
  tool,
  title: 'Codex',
  generation: 1,
  roots,
  discover,
  names,
  sniff,
  scan,
  turns,
  records: ownRecords,
};

async function* turns(source: Source, context: ReadContext, cursor: Cursor, ids: ReadonlySet<TurnId>): AsyncGenerator<Turn> {
  const { state } = savedIn(cursor);
  const wanted = state.turns.filter((segment) => ids.has(idOf(segment)));
  if (wanted.length === 0) return;
  const bytes = await context.open();
  try {
    const records = await recordReader(source, bytes);
    for (const segment of wanted) {
      context.signal.throwIfAborted();
      yield buildTurn(state, segment, await records(segment, context.signal));
    }
  } finally {
    await bytes.close();
  }
}
