import type { JsonObject } from '../../importers/kit/jsonl.ts';
import type { Json } from '../../model/json.ts';
import type { Target, WrittenFile } from '../exporter.ts';
import { folderOf } from './folder.ts';

/** A transcript while it is written: each record hangs on the one before it. */
export interface Chain {
  target: Target;
  /** Lines without their ends. */
  lines: string[];
  /** Uuid of the record that the next one hangs on. */
  last: string | null;
  /** Milliseconds since 1970 of the last record that was built: their times never go back, since the client resumes at the newest leaf. */
  time: number;
  /** Files beside the transcript. */
  beside: WrittenFile[];
}

/** Returns a transcript without records. */
export function newChain(target: Target): Chain {
  return { target, lines: [], last: null, time: 0, beside: [] };
}

/** Path of the folder that the session has beside its transcript, relative to the root. */
export const sessionFolder = ({ cwd, ids }: Target): string => `${folderOf(cwd)}/${ids.native}`;

/** Returns a path below the root as an absolute one. */
export function absolute({ root }: Target, path: string): string {
  const separator = root.includes('\\') && !root.includes('/') ? '\\' : '/';
  return [root, ...path.split('/')].join(separator);
}

/** Adds a record behind the last one, in the fields and their order that 2.1.329 writes. */
export function add(chain: Chain, type: string, time: string | undefined, fields: JsonObject, uuid = chain.target.ids.fresh()): void {
  const { ids, cwd, version, branch } = chain.target;
  const stated = time === undefined ? Number.NaN : Date.parse(time);
  chain.time = Math.max(chain.time, Number.isNaN(stated) ? 0 : stated);
  const record: { [key: string]: Json } = {
    parentUuid: chain.last,
    isSidechain: false,
    ...fields,
    type,
    uuid,
    timestamp: new Date(chain.time).toISOString(),
    userType: 'external',
    entrypoint: 'cli',
    cwd,
    sessionId: ids.native,
    version: version ?? '2.1.329',
    ...(branch === undefined ? {} : { gitBranch: branch }),
  };
  chain.lines.push(JSON.stringify(record));
  chain.last = uuid;
}
