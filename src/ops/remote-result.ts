import type { Access } from '../store/remote/wire.ts';
import type { RemoteSettings } from './remote/settings.ts';

/** What can be said of a remote; what is absent stays as it is. */
export interface RemoteChoice {
  primary?: boolean;
  /** As typed: `tool:codex,tag:work`; '' = none. */
  only?: string;
  except?: string;
  raw?: boolean;
  prefix?: string;
  lazy?: boolean;
  allowPublic?: boolean;
}

export type RemoteInput =
  | { action: 'add'; name: string; url: string; choice: RemoteChoice }
  | { action: 'set'; name: string; url?: string; choice: RemoteChoice }
  | { action: 'remove'; name: string }
  | { action: 'list' }
  | { action: 'test'; name?: string };

/** What was found out about a remote by asking it. */
export interface RemoteTest {
  reachable: boolean;
  /** In the remote's own words, where it is not reachable. */
  reason?: string;
  holds?: 'nothing' | 'conversations' | 'something else';
  /** What speaks against conversations, where it holds something else. */
  found?: string;
  /** Branches of conversations, conversations, and conversations with their source records. */
  counts?: { conversations: number; branches: number; raw: number };
  public?: Access;
  writable?: Access;
  /** The project that it is the code repository of. */
  codeOf?: string;
  /** Who speaks to it. */
  by?: 'system' | 'isomorphic';
}

export type RemoteResult =
  | { did: 'listed'; remotes: RemoteSettings[] }
  | { did: 'added' | 'changed'; remote: RemoteSettings; remotes: RemoteSettings[] }
  | { did: 'removed'; remote: RemoteSettings; remotes: RemoteSettings[] }
  | { did: 'tested'; remote: RemoteSettings; test: RemoteTest };
