import { hash24 } from './hash.ts';
import type { ConversationId, ToolId, TurnId } from './ids.ts';
import type { Role } from './turn.ts';

/**
 * Marks in the ids that convo writes (format.md 8): UUIDv8, of which RFC 9562 leaves 122 bits to whoever makes it. They carry what brings
 * a conversation home that another tool, or another machine, went on with. A check tells them from other UUIDs; it is no signature, so
 * what a mark says is a claim.
 */

/** What the native id of a conversation says: where it was resumed from. */
export interface SessionMark {
  /** Birthplace of the conversation. */
  tool: ToolId;
  /** The conversation's id, of one with 16 characters the first 10. */
  conversation: string;
  /** Six hex digits: the first 24 bits of the turn from which it goes on. */
  prefix: string;
}

/** How many random bytes a mark takes. */
export const randomBytes = 5;

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const uuid8 = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const free = 122n;

type Field = [value: bigint, width: bigint];

/** Returns the native id of a conversation that goes on from a turn: conversation id 50 bits, turn prefix 24, check 24, the rest random. */
export function sessionMark(tool: ToolId, conversation: ConversationId, turn: TurnId, random: Uint8Array): string {
  const prefix = turnPrefix(turn);
  const check = sessionCheck(tool, conversation.slice(0, 10), prefix);
  const fields: Field[] = [
    [bits(conversation.slice(0, 10)), 50n],
    [BigInt(`0x${prefix}`), 24n],
    [BigInt(check), 24n],
  ];
  return uuid(fields, random);
}

/** Returns what a native id says when it is a mark of a conversation that began in one of these tools. */
export function readSessionMark(native: string, tools: Iterable<ToolId>): SessionMark | undefined {
  const value = payload(native);
  if (value === undefined) return undefined;
  const conversation = text(value >> 72n, 10);
  const prefix = hex24((value >> 48n) & 0xffffffn);
  const check = Number((value >> 24n) & 0xffffffn);
  for (const tool of tools) if (sessionCheck(tool, conversation, prefix) === check) return { tool, conversation, prefix };
  return undefined;
}

/** Returns the native id that stands for a turn in what convo writes: turn id 60 bits, check 24, the rest random. */
export function turnMark(turn: TurnId, role: Role, random: Uint8Array): string {
  const fields: Field[] = [
    [bits(turn), 60n],
    [BigInt(hash24('mark', role, turn)), 24n],
  ];
  return uuid(fields, random);
}

/** Returns the turn that a native id stands for; undefined when it is no mark of a turn of this role. */
export function readTurnMark(native: string, role: Role): TurnId | undefined {
  const value = payload(native);
  if (value === undefined) return undefined;
  const turn = text(value >> 62n, 12);
  return hash24('mark', role, turn) === Number((value >> 38n) & 0xffffffn) ? (turn as TurnId) : undefined;
}

/** Returns a UUIDv8 of 16 random bytes that is no mark: for records that stand for no turn. Tools make no UUIDs of this version. */
export function plainId(random: (size: number) => Uint8Array): string {
  for (;;) {
    const id = uuid([], random(16));
    if (readTurnMark(id, 'user') === undefined && readTurnMark(id, 'assistant') === undefined) return id;
  }
}

/** Returns the first 24 bits of a turn id in six hex digits: what a mark of a conversation names it by. */
export const turnPrefix = (turn: TurnId): string => hex24(bits(turn) >> 36n);

const sessionCheck = (tool: ToolId, conversation: string, prefix: string): number => hash24('mark', tool, conversation, prefix);

const hex24 = (value: bigint): string => value.toString(16).padStart(6, '0');

/** So many characters of an id are a small integer, with which counting is ten times as fast: marks are read by the thousand. */
const few = 6;

function bits(id: string): bigint {
  let value = 0n;
  for (let from = 0; from < id.length; from += few) {
    const part = id.slice(from, from + few);
    let small = 0;
    for (let k = 0; k < part.length; k += 1) small = (small << 5) | alphabet.indexOf(part.charAt(k));
    value = (value << BigInt(5 * part.length)) | BigInt(small);
  }
  return value;
}

function text(value: bigint, length: number): string {
  let id = '';
  for (let left = value; id.length < length; left >>= 30n) {
    let small = Number(BigInt.asUintN(30, left));
    for (const end = Math.min(id.length + few, length); id.length < end; small >>= 5) id = alphabet.charAt(small & 31) + id;
  }
  return id;
}

/** Fields high bits first, then random bits up to 122; version and variant stand where RFC 9562 wants them. */
function uuid(fields: readonly Field[], random: Uint8Array): string {
  let value = 0n;
  let width = 0n;
  for (const [field, size] of fields) [value, width] = [(value << size) | field, width + size];
  const rest = free - width;
  value = (value << rest) | BigInt.asUintN(Number(rest), BigInt(`0x${Buffer.from(random).toString('hex')}`));
  const [high, middle, low] = [value >> 74n, (value >> 62n) & 0xfffn, BigInt.asUintN(62, value)];
  const digits = ((high << 80n) | (8n << 76n) | (middle << 64n) | (2n << 62n) | low).toString(16).padStart(32, '0');
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join('-');
}

/** The 122 bits of a UUIDv8; undefined for any other text. */
function payload(native: string): bigint | undefined {
  if (native.length !== 36 || native.charAt(14) !== '8' || !uuid8.test(native)) return undefined;
  const value = BigInt(`0x${native.replaceAll('-', '')}`);
  return ((value >> 80n) << 74n) | (((value >> 64n) & 0xfffn) << 62n) | BigInt.asUintN(62, value);
}
