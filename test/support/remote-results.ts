import type { CloneInput, CloneResult } from '../../src/ops/clone-result.ts';
import { blank, type RemoteSettings } from '../../src/ops/remote/settings.ts';
import type { RemoteInput, RemoteResult, RemoteTest } from '../../src/ops/remote-result.ts';

const origin: RemoteSettings = { ...blank('origin'), url: 'git@github.com:ada/conversations.git', primary: true };
const disk: RemoteSettings = { ...blank('disk'), url: '/media/disk/conversations.git' };
const work: RemoteSettings = {
  ...blank('work'),
  url: 'https://git.example.com/ada/convo.git',
  only: [{ by: 'tag', value: 'work' }],
  except: [{ by: 'project', value: 'example.com/org/secret' }],
  raw: false,
  prefix: 'refs/convo/heads/',
};

const sound: RemoteTest = {
  reachable: true,
  by: 'system',
  holds: 'conversations',
  counts: { conversations: 1204, branches: 1311, raw: 1204 },
  public: { yes: false },
  writable: { yes: true },
};
const unfit: RemoteTest = {
  ...sound,
  holds: 'something else',
  found: 'it has refs/heads/master, and no catalogue',
  counts: { conversations: 0, branches: 0, raw: 0 },
  public: { yes: true },
  writable: { yes: false, reason: 'Permission denied' },
  codeOf: 'example.com/org/app',
};

/** What is done to three remotes, of which `disk` is not there and `work` is fit for nothing. */
export function remoteResult(input: RemoteInput): RemoteResult {
  const all = [origin, disk, work];
  const named = all.find(({ name }) => 'name' in input && name === input.name) ?? origin;
  switch (input.action) {
    case 'list':
      return { did: 'listed', remotes: all };
    case 'add':
      return { did: 'added', remote: { ...blank(input.name), url: input.url, primary: true }, remotes: [origin] };
    case 'set':
      return { did: 'changed', remote: work, remotes: all };
    case 'remove':
      return { did: 'removed', remote: named, remotes: all.filter((one) => one !== named) };
    default:
      return {
        did: 'tested',
        remote: named,
        test: { disk: { reachable: false, reason: 'No such folder' }, work: unfit }[named.name] ?? sound,
      };
  }
}

/** A clone, of which one branch was refused where it is called `odd`. */
export const cloned = ({ name, url }: CloneInput): CloneResult => ({
  store: '/home/ada/.local/share/convo',
  name,
  url,
  conversations: 1204,
  branches: 1311,
  absent: 0,
  refused: name === 'odd' ? [{ ref: 'refs/heads/codex/7qk2m4xw9d/main', reason: '".git" is no place of convo\'s' }] : [],
});
