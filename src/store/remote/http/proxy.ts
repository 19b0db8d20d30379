import type { RemoteUrl } from '../url.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Returns the variable that sends requests to a URL through a proxy, as curl(1) and git read them; undefined where none does. */
export function proxyFor(env: Environment, { protocol, host }: Pick<RemoteUrl, 'protocol' | 'host'>): string | undefined {
  const names = protocol === 'https' ? ['https_proxy', 'HTTPS_PROXY'] : ['http_proxy'];
  const found = [...names, 'all_proxy', 'ALL_PROXY'].find((name) => env[name]);
  return found === undefined || isExcepted(env.no_proxy ?? env.NO_PROXY ?? '', host) ? undefined : found;
}

function isExcepted(list: string, host: string): boolean {
  const names = list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);
  return names.some((name) => name === '*' || host === name.replace(/^\./, '') || host.endsWith(`.${name.replace(/^\./, '')}`));
}
