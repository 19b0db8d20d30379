import type { TurnId } from '../model/ids.ts';
import type { Role } from '../model/turn.ts';
import type { CommitText, Oid } from './git.ts';

/** Address of every author and committer: convo never stores a person's. */
export const email = 'convo@localhost';
export const committer = 'convo';

const nameBytes = 64;
const subjectPoints = 72;
/** First second of 2100: later times are a broken clock's. */
const endOfTime = Date.UTC(2100, 0) / 1000;
/** What git itself takes off the ends of a name (ident.c), and the backquote. */
const edge = /^[ .,:;"'`\\]+|[ .,:;"'`\\]+$/g;

const wellFormed = (text: string) => Buffer.from(text, 'utf8').toString('utf8');
const trim = (text: string) => text.replace(edge, '');

/**
 * Control characters go first: without them the rest may compose, and composing (U+037E is `;`) may need trimming. With a
 * noncharacter in it git takes a commit for something else than UTF-8, and writes other bytes.
 */
function clean(text: string): string {
  return trim(
    wellFormed(text)
      .replace(/[\p{Cc}\p{Noncharacter_Code_Point}<>]/gu, '')
      .normalize('NFC'),
  );
}

function cutBytes(text: string, limit: number): string {
  let used = 0;
  let kept = '';
  for (const point of text) {
    used += Buffer.byteLength(point);
    if (used > limit) break;
    kept += point;
  }
  return kept;
}

/** Returns a name that every git reads back as it is, or '' when nothing is left of it (format.md 5). */
export function cleanName(name: string): string {
  return trim(cutBytes(clean(name), nameBytes));
}

/** ASCII of which nothing is to be taken off, and behind it the mark of what was cut. */
const isClean = /^[^\x00-\x20\x7f-\uffff<>.,:;"'`\\](?:[^\x00-\x1f\x7f-\uffff<>]*[^\x00-\x20\x7f-\uffff<>.,:;"'`\\])?…?$/;

/** Returns the first line of a commit message, or '' when nothing is left of it (format.md 5). */
export function cleanSubject(subject: string): string {
  if (subject.length <= subjectPoints && isClean.test(subject)) return subject;
  return trim([...clean(subject)].slice(0, subjectPoints).join(''));
}

/**
 * Returns the seconds of a commit: those of an ISO time, else (absent, unreadable, outside 1970-2099) its parent's,
 * else 0 (format.md 5).
 */
export function commitTime(iso: string | undefined, parent: number | undefined): number {
  const seconds = iso === undefined ? Number.NaN : Math.floor(Date.parse(iso) / 1000);
  return seconds >= 0 && seconds < endOfTime ? seconds : (parent ?? 0);
}

export interface TurnCommit {
  turn: TurnId;
  n: number;
  role: Role;
  /** The last real model of an assistant turn. */
  model?: string | undefined;
  subject: string;
  /** ISO time of the turn's last kept record. */
  time?: string | undefined;
  /** Seconds of the parent commit. */
  parentTime?: number | undefined;
}

/** Returns the text of the commit that brings a turn. */
export function commitText(commit: TurnCommit): CommitText {
  const author = commit.role === 'user' ? 'user' : cleanName(commit.model ?? '') || 'assistant';
  const subject = cleanSubject(commit.subject) || `turn ${commit.n}`;
  return {
    author,
    time: commitTime(commit.time, commit.parentTime),
    message: message(subject, [
      ['Convo-Turn', commit.turn],
      ['Convo-Role', commit.role],
    ]),
  };
}

/**
 * Returns the text of a commit that brings no turn of its own: a join, a reimport, the catalogue, raw, an operation.
 * Trailer values are cleaned like subjects; a trailer without a value is left out. Time in seconds.
 */
export function plainText(subject: string, time: number, trailers: readonly (readonly [key: string, value: string])[] = []): CommitText {
  return { author: committer, time: commitTime(new Date(time * 1000).toISOString(), 0), message: message(cleanSubject(subject), trailers) };
}

function message(subject: string, trailers: readonly (readonly [key: string, value: string])[]): string {
  const lines = trailers.map(([key, value]) => [key, cleanSubject(value)] as const).filter(([, value]) => value !== '');
  const block = lines.map(([key, value]) => `${key}: ${value}\n`).join('');
  return block === '' ? `${subject}\n` : `${subject}\n\n${block}`;
}

/** Returns the value of a trailer (`Convo-Turn`) of a commit message, undefined when it has none. */
export function trailer(text: string, key: string): string | undefined {
  const block = text.slice(text.lastIndexOf('\n\n') + 2);
  const line = block.split('\n').find((candidate) => candidate.startsWith(`${key}: `));
  return line?.slice(key.length + 2);
}

/** Throws a TypeError when a text was not made by the functions above: its bytes could not be told apart by git. */
export function assertText(text: CommitText): void {
  const { author, time } = text;
  if (author === '' || /^ |[<>\n\0]| $/.test(author)) throw new TypeError(`Not a clean author: ${author}`);
  if (!Number.isSafeInteger(time) || time < 0 || time >= endOfTime) throw new TypeError(`Not a commit time: ${time}`);
  if (text.message.includes('\0') || !text.message.endsWith('\n')) throw new TypeError('Not a clean commit message');
}

/** Returns the author and committer lines of a commit, each with its LF. */
export function identityLines(text: CommitText): string {
  return `author ${text.author} <${email}> ${text.time} +0000\ncommitter ${committer} <${email}> ${text.time} +0000\n`;
}

/** Returns the content of a commit: the bytes that both engines store. Throws a TypeError on a text that is not clean. */
export function encodeCommit(tree: Oid, parents: readonly Oid[], text: CommitText): Uint8Array {
  assertText(text);
  const head = `tree ${tree}\n${parents.map((parent) => `parent ${parent}\n`).join('')}`;
  return Buffer.from(`${head}${identityLines(text)}\n${text.message}`, 'utf8');
}
