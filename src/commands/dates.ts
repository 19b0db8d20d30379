import { fail } from '../errors.ts';

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Returns milliseconds since 1970 of `2026-02-10`, an ISO time, `3d`, `12h`, `2w` or `today`; throws `bad-value`. */
export function readSince(verb: string, text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const span = /^(\d{1,6})([mhdw])$/.exec(text);
  if (span) return now - Number(span[1]) * (units[span[2] ?? ''] ?? 0);
  if (text === 'today' || text === 'yesterday') {
    const midnight = new Date(now).setHours(0, 0, 0, 0);
    return text === 'today' ? midnight : midnight - (units.d ?? 0);
  }
  // A bare date means midnight here, not in Greenwich.
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text) : Number.NaN;
  if (Number.isNaN(time))
    throw fail('bad-value', { verb, what: '--since', value: text, expected: 'a date (2026-02-10), a time, or a span (3d, 12h, 2w)' });
  return time;
}
