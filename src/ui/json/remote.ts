import { printSelectors } from '../../model/leaving.ts';
import type { RemoteSettings } from '../../ops/remote/settings.ts';
import type { RemoteResult, RemoteTest } from '../../ops/remote-result.ts';

export interface RemoteRow {
  name: string;
  url: string;
  role: 'primary' | 'copy';
  only: string[];
  except: string[];
  raw: boolean;
  prefix: string;
  lazy: boolean;
  allow_public: boolean;
}

/** `convo.remote/1`: all remotes, or the one that something was done to. */
export interface RemoteWire {
  did: RemoteResult['did'];
  remotes?: RemoteRow[];
  remote?: RemoteRow;
  test?: {
    reachable: boolean;
    reason: string | null;
    by: string | null;
    holds: string | null;
    counts: RemoteTest['counts'] | null;
    /** null = it cannot be told. */
    public: boolean | null;
    writable: boolean | null;
    code_of: string | null;
  };
}

/** Returns the wire form of what was done to remotes. */
export function remoteWire(result: RemoteResult): RemoteWire {
  return {
    did: result.did,
    ...('remotes' in result ? { remotes: result.remotes.map(rowOf) } : {}),
    ...('remote' in result ? { remote: rowOf(result.remote) } : {}),
    ...('test' in result ? { test: testOf(result.test) } : {}),
  };
}

const rowOf = ({ name, url, primary, only, except, raw, prefix, lazy, allowPublic }: RemoteSettings): RemoteRow => ({
  name,
  url,
  role: primary ? 'primary' : 'copy',
  only: printSelectors(only).split(',').filter(Boolean),
  except: printSelectors(except).split(',').filter(Boolean),
  raw,
  prefix,
  lazy,
  allow_public: allowPublic,
});

const testOf = (test: RemoteTest): NonNullable<RemoteWire['test']> => ({
  reachable: test.reachable,
  reason: test.reason ?? test.found ?? null,
  by: test.by ?? null,
  holds: test.holds ?? null,
  counts: test.counts ?? null,
  public: test.public?.yes ?? null,
  writable: test.writable?.yes ?? null,
  code_of: test.codeOf ?? null,
});
