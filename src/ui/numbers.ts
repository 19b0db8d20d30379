/** Returns `812`, `14.2k`, `1.3M`: tokens and the like. */
export function short(n: number): string {
  if (n < 1000) return String(n);
  if (n < 999_500) return `${n < 99_950 ? (n / 1000).toFixed(1).replace(/\.0$/, '') : Math.round(n / 1000)}k`;
  return `${(n / 1_000_000).toFixed(1).replace(/\.0$/, '')}M`;
}

/** Returns bytes as `812 B`, `23 KB`, `4.2 MB`, `1.1 GB`. */
export function bytes(n: number): string {
  if (n < 1000) return `${n} B`;
  if (n < 999_500) return `${Math.round(n / 1000)} KB`;
  if (n < 999_950_000) return `${(n / 1_000_000).toFixed(1)} MB`;
  return `${(n / 1_000_000_000).toFixed(1)} GB`;
}
