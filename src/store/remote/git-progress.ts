import type { Progress } from './wire.ts';

const counted = /^(?:remote: )?([A-Z][a-z]+(?: [a-z]+)*):\s+(?:\d+% \((\d+)\/(\d+)\)|(\d+))(?:, ([\d.]+) (bytes|[KMG]iB))?/;
const labels: Record<string, string> = {
  'Enumerating objects': 'counting',
  'Counting objects': 'counting',
  'Compressing objects': 'compressing',
  'Receiving objects': 'receiving',
  'Resolving deltas': 'resolving',
  'Writing objects': 'sending',
  'Checking connectivity': 'checking',
  'Indexing objects': 'indexing',
};
const units: Record<string, number> = { bytes: 1, KiB: 1 << 10, MiB: 1 << 20, GiB: 1 << 30 };

/** Returns what a line of git's progress says, undefined for any other line. */
export function progressOf(line: string): Progress | undefined {
  const [, title = '', done, total, plain, amount, unit = ''] = counted.exec(line) ?? [];
  const label = labels[title];
  if (label === undefined) return undefined;
  return {
    label,
    done: Number(done ?? plain),
    ...(total === undefined ? {} : { total: Number(total) }),
    ...(amount === undefined ? {} : { bytes: Math.round(Number(amount) * (units[unit] ?? 1)) }),
  };
}
