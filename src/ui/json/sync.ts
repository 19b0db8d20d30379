import type { ConversationCame, RemoteSynced, SyncResult } from '../../ops/sync-result.ts';

/** `convo.sync/1`: what came from each remote, and what went there. */
export interface SyncWire {
  did: SyncResult['did'];
  remotes: {
    name: string;
    url: string;
    role: 'primary' | 'copy';
    /** Branches and source records that were fetched; null = nothing was asked for. */
    fetched: { refs: number; refused: { ref: string; reason: string }[] } | null;
    came: CameWire[];
    sent: {
      conversations: number;
      branches: number;
      deleted: number;
      catalogue: boolean;
      held: number;
      refused: { ref: string; reason: string }[];
    } | null;
    retries: number;
    /** Why nothing could be exchanged with this copy. */
    failed: { code: string; message: string } | null;
  }[];
}

interface CameWire {
  id: string;
  tool: string;
  title: string;
  new: boolean;
  added: string[];
  moved: string[];
  gone: string[];
  labelled: boolean;
  /** Lines that went on beside each other on two machines. */
  parted: { named: string; beside: string; here: boolean }[];
}

/** Returns the wire form of a sync, pull, push or fetch. */
export const syncWire = ({ did, remotes }: SyncResult): SyncWire => ({ did, remotes: remotes.map(remoteOf) });

function remoteOf({ name, url, primary, fetched, came, sent, retries, failed }: RemoteSynced): SyncWire['remotes'][number] {
  const told = ({ ref, reason }: { ref: string; reason: string }) => ({ ref, reason });
  return {
    name,
    url,
    role: primary ? 'primary' : 'copy',
    fetched: fetched ? { refs: fetched.refs, refused: fetched.refused.map(told) } : null,
    came: came.map(cameOf),
    sent: sent ? { ...sent, refused: sent.refused.map(told) } : null,
    retries,
    failed: failed ? { code: failed.code, message: failed.message } : null,
  };
}

const cameOf = ({ id, tool, title, isNew, added, moved, gone, labelled, parted }: ConversationCame): CameWire => ({
  ...{ id, tool, title, new: isNew, added, moved, gone, labelled },
  parted: parted.map(({ named, beside, here }) => ({ named, beside, here })),
});
