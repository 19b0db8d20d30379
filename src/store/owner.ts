import { hostname, uptime } from 'node:os';
import { kill } from 'node:process';
import type { Host } from '../host.ts';
import { cannotRead, errno, isAbsent, nonce, readAt } from './files.ts';

/** Who holds a lock or a scratch folder, precisely enough to tell a dead process from another one with its number. */
export interface Owner {
  host: string;
  /** Linux: the kernel's boot id; '' elsewhere. */
  boot: string;
  pid: number;
  /** Linux: clock ticks from boot to the start of the process; '' elsewhere. */
  start: string;
  nonce: string;
  /** Milliseconds since 1970, when this record was made. */
  time: number;
}

/** A record of another machine (a shared or copied folder) is given up after this time without a sign of life. */
const strangerLimit = 30 * 60_000;
/** How far two readings of the time of boot may differ. */
const bootSlack = 60_000;

/** Returns the text of a file that the kernel makes as it is read: its size is told as 0. */
function kernelText({ fs }: Host, path: string): string {
  const file = fs.openSync(path, 'r');
  try {
    return readAt(fs, file, 0, 4096).toString('latin1');
  } finally {
    fs.closeSync(file);
  }
}

/** What does not change while a process runs: a change of the store asks for it five times. */
const told = new WeakMap<Host, { boot?: string; start?: string }>();

function knownOf(host: Host): { boot?: string; start?: string } {
  const known = told.get(host) ?? {};
  told.set(host, known);
  return known;
}

function bootId(host: Host): string {
  const known = knownOf(host);
  known.boot ??= host.platform === 'linux' ? readBootId(host) : '';
  return known.boot;
}

function readBootId(host: Host): string {
  const path = '/proc/sys/kernel/random/boot_id';
  try {
    return kernelText(host, path).trim();
  } catch (error) {
    if (isAbsent(error)) return '';
    throw cannotRead(path, error);
  }
}

/** Returns the start of a running process: of this one it is read once. */
function startTime(host: Host, pid: number): string {
  if (host.platform !== 'linux') return '';
  if (pid !== host.pid) return readStartTime(host, pid);
  const known = knownOf(host);
  known.start ??= readStartTime(host, pid);
  return known.start;
}

/**
 * Field 22 of /proc/<pid>/stat (proc(5)); the name in field 2 may hold spaces and brackets, so count from the last `)`. '' for
 * a process that has ended, also while nobody has asked for its exit code (state Z or X).
 */
function readStartTime(host: Host, pid: number): string {
  const path = `/proc/${pid}/stat`;
  try {
    const text = kernelText(host, path);
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return /[ZX]/.test(fields[0] ?? '') ? '' : (fields[19] ?? '');
  } catch (error) {
    if (isAbsent(error) || errno(error) === 'ESRCH') return ''; // ESRCH: it ended between opening and reading
    throw cannotRead(path, error);
  }
}

function isRunning(pid: number): boolean {
  try {
    return kill(pid, 0);
  } catch (error) {
    return errno(error) !== 'ESRCH';
  }
}

/** Returns the record of a process of this machine, with a new nonce. */
export function ownerOf(host: Host, pid: number): Owner {
  return { host: hostname(), boot: bootId(host), pid, start: startTime(host, pid), nonce: nonce(), time: host.now() };
}

/** Returns the milliseconds since 1970 at which this machine started, to about a second. */
export function bootTime(host: Host): number {
  return host.now() - uptime() * 1000;
}

/** Tells whether the process of a record has ended. `seen` = the record's last sign of life (the file's mtime). */
export function isDead(host: Host, owner: Owner, seen = owner.time): boolean {
  if (owner.host !== hostname()) return host.now() - seen > strangerLimit;
  const boot = bootId(host);
  const isTold = boot !== '' && owner.boot !== '';
  if (isTold ? boot !== owner.boot : seen < bootTime(host) - bootSlack) return true;
  if (!isRunning(owner.pid)) return true;
  const start = startTime(host, owner.pid);
  return start !== owner.start || (host.platform === 'linux' && start === '');
}

/** Returns the record in a file's text, undefined when it is torn. */
export function parseOwner(text: string): Owner | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isOwner(value) ? value : undefined;
  } catch {
    return undefined; // a writer died between creating and writing
  }
}

function isOwner(value: unknown): value is Owner {
  if (typeof value !== 'object' || value === null) return false;
  const fields: [string, string][] = Object.entries({
    host: 'string',
    boot: 'string',
    pid: 'number',
    start: 'string',
    nonce: 'string',
    time: 'number',
  });
  return fields.every(([key, type]) => typeof (value as Record<string, unknown>)[key] === type);
}
