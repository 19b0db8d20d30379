import { dirname, join } from 'node:path';
import type { Host } from '../../host.ts';
import { object, parsedText, string } from '../kit/fields.ts';
import { statOf } from '../kit/folder.ts';
import { roots } from './sources.ts';

const mostBytes = 64 << 20;

/**
 * Returns the names that people gave to threads, by thread: `session_index.jsonl` beside the sessions, appended to at each rename, the
 * last line of a thread counts. Newer versions tell the name in the rollout (`thread_name_updated`).
 */
export async function names(host: Host): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const path = join(dirname(roots(host)[0] ?? ''), 'session_index.jsonl');
  const stat = statOf(host, path);
  if (!stat?.isFile() || stat.size > mostBytes) return found;
  for (const line of (await host.fs.readFile(path)).toString('utf8').split('\n')) {
    const { id, thread_name } = object(parsedText(line));
    if (string(id) !== '' && string(thread_name).trim() !== '') found.set(string(id), string(thread_name).trim());
  }
  return found;
}
