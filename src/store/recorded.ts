import { join } from 'node:path';
import type { Host, HostFs } from '../host.ts';
import type { ConversationId } from '../model/ids.ts';
import { writeDerived } from './derived.ts';
import { readAt, withFile } from './files.ts';
import { parseDerived } from './packed-json.ts';

/** What is remembered of a conversation that a source on this machine tells. */
export interface Recorded {
  /** The working folder that it was recorded in. */
  folder?: string;
}

/** Lines in the order of their ids: an id, a tab, the folder or null as JSON. */
const pathOf = (state: string) => join(state, 'folders');
const head = 'sorted\n';
/** Read at once; what is between two ids is looked for by halves until it is no longer than this. */
const piece = 8192;

/** Returns what is remembered of a conversation; undefined when no source on this machine tells it. */
export async function readRecorded({ fs }: Host, state: string, id: ConversationId): Promise<Recorded | undefined> {
  return withFile(fs, pathOf(state), async (file, size) => {
    const isSorted = readAt(fs, file, 0, head.length).toString('latin1') === head;
    const [low, high] = isSorted ? around(fs, file, size, id) : [0, size];
    const lines = `\n${readAt(fs, file, low, high - low)}`;
    const at = lines.indexOf(`\n${id}\t`);
    if (at < 0) return undefined;
    const folder = parseDerived<string | null>(Buffer.from(lines.slice(at + id.length + 2, lines.indexOf('\n', at + 1))));
    return folder ? { folder } : {};
  });
}

/** Writes what is remembered of all conversations, whole. */
export async function writeRecorded(host: Host, state: string, folders: ReadonlyMap<ConversationId, string | null>): Promise<void> {
  const lines = [...folders].map(([id, folder]) => `${id}\t${JSON.stringify(folder)}\n`).sort();
  await writeDerived(host, pathOf(state), head + lines.join(''));
}

/** Returns two beginnings of lines between which the line of an id stands, if there is one. */
function around(fs: HostFs, file: number, size: number, id: string): [low: number, high: number] {
  let [low, high] = [head.length, size];
  while (high - low > piece) {
    const middle = (low + high) >> 1;
    const bytes = readAt(fs, file, middle, piece).toString('latin1');
    const begin = bytes.indexOf('\n') + 1;
    if (begin === 0 || middle + begin >= high) break;
    if (bytes.slice(begin, begin + id.length) > id) high = middle + begin;
    else low = middle + begin;
  }
  return [low, high];
}
