import type { Facts } from '../../importers/importer.ts';
import { sourceFolder } from '../../store/layout.ts';
import type { Scanned } from './scan.ts';

/** Returns a source's native id as branches are bound to it: with its revision, where it has one. */
export const sourceName = ({ facts }: Scanned): string =>
  facts.revision === undefined ? facts.native : `${facts.native}_${facts.revision}`;

/** Returns the native id under which raw keeps a source: a sub-agent's file has its own. */
export const rawNative = ({ agent, native }: Facts): string => (agent ? `${native}/${agent.id}` : native);

/** Returns the folder of a source in raw. */
export const folderOf = ({ importer, facts }: Scanned): string => sourceFolder(importer.tool, rawNative(facts), facts.revision);
