import { parsePage } from '../model/page/parse.ts';
import type { Turn } from '../model/turn.ts';
import type { StoredTurn } from '../store/entry.ts';
import type { Oid } from '../store/git.ts';
import type { Context } from './context.ts';

/** Names of the files of attachments/ that a page links to; what merely looks like one is not found, and does no harm. */
const links = /attachments\/([0-9a-f]{16}\.[\w.]{1,64})/g;

/** The turns that stand in the tree of a tip, read from their pages, in the order asked for. */
export async function* readTurns(context: Context, tip: Oid, turns: readonly StoredTurn[]): AsyncIterable<Turn> {
  const reader = await context.reader();
  let done = 0;
  for await (const page of reader.pages(turns)) {
    context.report('Reading turns', done, turns.length);
    const names = [...new Set([...page.matchAll(links)].map((match) => match[1] ?? ''))];
    const bytes = await Promise.all(names.map((name) => reader.attachment(tip, name)));
    const files = new Map(names.map((name, at) => [name, bytes[at]]));
    yield parsePage(page, (name) => files.get(name));
    done += 1;
  }
}
