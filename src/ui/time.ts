const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const two = (value: number) => String(value).padStart(2, '0');

/** Returns milliseconds since 1970 of an ISO time; undefined when it is none. */
export function parseTime(iso: string | undefined): number | undefined {
  const value = iso === undefined ? Number.NaN : Date.parse(iso);
  return Number.isNaN(value) ? undefined : value;
}

/** Returns `10 Feb`, with the year where it is not that of `now`, in local time. */
export function date(time: number, now: number): string {
  const at = new Date(time);
  const year = at.getFullYear() === new Date(now).getFullYear() ? '' : ` ${at.getFullYear()}`;
  return `${at.getDate()} ${months[at.getMonth()]}${year}`;
}

/** Returns `02:35`, local time. */
export function clock(time: number): string {
  const at = new Date(time);
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** Returns how long ago: `now`, `3 min ago`, `2 h ago`, `3 days ago`, then the date. */
export function ago(time: number, now: number): string {
  const past = now - time;
  if (past < 0) return date(time, now);
  if (past < minute) return 'now';
  if (past < hour) return `${Math.floor(past / minute)} min ago`;
  if (past < day) return `${Math.floor(past / hour)} h ago`;
  if (past < 2 * day) return 'yesterday';
  if (past < 7 * day) return `${Math.floor(past / day)} days ago`;
  return date(time, now);
}

/** Returns a span of time in its one or two greatest units: `0.4s`, `74s`, `12 min`, `3 h 20 min`, `4 days`. */
export function duration(ms: number): string {
  if (ms < 950) return `${(Math.max(0, ms) / 1000).toFixed(1)}s`;
  if (ms < 2 * minute) return `${Math.round(ms / 1000)}s`;
  if (ms < hour) return `${Math.round(ms / minute)} min`;
  if (ms < 2 * day) {
    const rest = Math.floor((ms % hour) / minute);
    return `${Math.floor(ms / hour)} h${rest > 0 ? ` ${rest} min` : ''}`;
  }
  return `${Math.floor(ms / day)} days`;
}
