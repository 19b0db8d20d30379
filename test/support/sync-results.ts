import type { ConversationId } from '../../src/model/ids.ts';
import type { ConversationCame, PrimaryStanding, RemoteSynced, SyncInput, SyncResult } from '../../src/ops/sync-result.ts';

const came = (id: string, title: string, more: Partial<ConversationCame> = {}): ConversationCame => ({
  ...{ id: id as ConversationId, tool: 'claude-code', title, isNew: false, added: [], moved: [], gone: [], labelled: false, parted: [] },
  ...more,
});

const parted = came('7qk2m4xw9d', 'Fix the line splitter', {
  moved: ['main'],
  parted: [{ named: 'main', beside: 'main-3hs8c5v7', here: true }],
});
const all = [
  parted,
  came('3hs8c5v7ba', 'Try redis for the queue', { tool: 'codex', isNew: true, added: ['main', 'main-2'] }),
  came('5vw1q8z3kx', '日本語のタイトルはここで切られるべきであるから長く書いておくことにする', { gone: ['old'], labelled: true }),
  came('9zz1q8z3kx', 'Rewind', { added: ['main-8c5v7bax'], parted: [{ named: 'main', beside: 'main-8c5v7bax', here: false }] }),
];
const origin: RemoteSynced = { name: 'origin', url: 'git@github.com:ada/conversations.git', primary: true, came: all, retries: 1 };
const sent = { conversations: 2, branches: 3, deleted: 1, catalogue: true, refused: [], held: 4 };
const refused = {
  ref: 'refs/heads/claude-code/7qk2m4xw9d/main',
  reason: 'pre-receive hook declined',
  conversation: 'claude-code/7qk2m4xw9d',
};

/** What came and went between three machines; `usb` refuses one branch, and is away behind `nas`. */
export function synced(did: SyncResult['did'], { remote }: SyncInput): SyncResult {
  const fetched = { refs: 12, refused: [] };
  if (remote === 'usb') {
    const usb = { name: 'usb', url: '/media/usb/c.git', primary: false, came: [], retries: 0 };
    return { did, remotes: [{ ...usb, fetched: { refs: 0, refused: [] }, sent: { ...sent, conversations: 0, refused: [refused] } }] };
  }
  if (remote === 'nas') {
    const failed = {
      code: 'remote-failed',
      message: 'The remote /media/usb/c.git cannot be reached or does not let you in: it is not there',
    } as const;
    const usb = { name: 'usb', url: '/media/usb/c.git', primary: false, came: [], retries: 0, failed };
    return { did, remotes: [{ ...origin, came: [], retries: 0, sent }, usb] };
  }
  if (did === 'fetch') return { did, remotes: [{ ...origin, came: [], retries: 0, fetched }] };
  if (did === 'push') return { did, remotes: [{ ...origin, came: [], retries: 0, sent }] };
  return { did, remotes: [{ ...origin, fetched, ...(did === 'pull' ? { retries: 0 } : { sent }) }] };
}

/** How far the primary remote is. */
export const primaryStanding: PrimaryStanding = { name: 'origin', url: origin.url, ahead: 2, behind: 1, met: true };
