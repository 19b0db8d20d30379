import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { conversationId, type ToolId, turnId } from '../../src/model/ids.ts';
import { randomBytes, readSessionMark, readTurnMark, sessionMark, turnMark, turnPrefix } from '../../src/model/mark.ts';
import { runs, turnIds as turn } from '../support/arbitrary.ts';

const tools = ['claude-code', 'codex', 'gemini'] as ToolId[];
const tool = fc.constantFrom(...tools);
const role = fc.constantFrom('user' as const, 'assistant' as const);
const conversation = fc.tuple(tool, fc.string(), fc.constantFrom(10 as const, 16 as const)).map((parts) => conversationId(...parts));
const random = fc.uint8Array({ minLength: randomBytes, maxLength: randomBytes });
/** Version 8, variant 10 (RFC 9562, 5.8). */
const uuid8 = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('a mark of a conversation says where it comes from, and is a UUIDv8', () => {
  fc.assert(
    fc.property(tool, conversation, turn, random, (birthplace, id, from, bytes) => {
      const native = sessionMark(birthplace, id, from, bytes);
      assert.match(native, uuid8);
      assert.deepEqual(readSessionMark(native, tools), { tool: birthplace, conversation: id.slice(0, 10), prefix: turnPrefix(from) });
    }),
    { numRuns: runs },
  );
});

test('a mark of a turn is that turn for its role alone', () => {
  fc.assert(
    fc.property(turn, role, random, (id, own, bytes) => {
      const native = turnMark(id, own, bytes);
      assert.match(native, uuid8);
      assert.equal(readTurnMark(native, own), id);
      for (const tool of tools) assert.equal(turnId(tool, native, own), id);
      assert.equal(readTurnMark(native, own === 'user' ? 'assistant' : 'user'), undefined);
      assert.equal(readSessionMark(native, tools), undefined);
    }),
    { numRuns: runs },
  );
});

test('what is random in a mark changes nothing of what it says', () => {
  const [id, from] = [conversationId('codex' as ToolId, 'x'), turnId('codex' as ToolId, 'x', 'user')];
  const marks = [0, 255].map((byte) => sessionMark('codex' as ToolId, id, from, new Uint8Array(randomBytes).fill(byte)));
  assert.notEqual(marks[0], marks[1]);
  assert.deepEqual(...(marks.map((mark) => readSessionMark(mark, tools)) as [unknown, unknown]));
});

test('other UUIDs, cut and changed marks are no marks', () => {
  fc.assert(
    fc.property(fc.uuid(), role, (native, own) => {
      assert.equal(readSessionMark(native, tools), undefined);
      assert.equal(readTurnMark(native, own), undefined);
    }),
    { numRuns: runs },
  );
  fc.assert(
    fc.property(conversation, turn, random, fc.nat(23), (id, from, bytes, digit) => {
      const native = sessionMark('codex' as ToolId, id, from, bytes);
      const at = digit + [...native.slice(0, digit + 3)].filter((character) => character === '-').length;
      const flipped = native.charAt(at) === '0' ? '1' : '0';
      const changed = native.slice(0, at) + flipped + native.slice(at + 1);
      if (native.charAt(at) !== '-' && uuid8.test(changed)) assert.equal(readSessionMark(changed, ['codex' as ToolId]), undefined);
      assert.equal(readSessionMark(native.slice(0, -1), tools), undefined);
      assert.equal(readSessionMark(native.toUpperCase(), tools) === undefined, native !== native.toUpperCase());
    }),
    { numRuns: runs },
  );
});

test('marks of the format never change', () => {
  const bytes = new Uint8Array(randomBytes).fill(0xa5);
  const from = turnId('claude-code' as ToolId, '8a83474a-d642-4830-8226-a904bf718ab5', 'user');
  const id = conversationId('claude-code' as ToolId, '8a83474a-d642-4830-8226-a904bf718ab5');
  const all = [sessionMark('claude-code' as ToolId, id, from, bytes), turnMark(from, 'user', bytes), turnMark(from, 'assistant', bytes)];
  assert.deepEqual(all, [
    '6f067eef-839b-8ecb-85b9-d7b077a5a5a5',
    'b2c5b9b6-f88c-8db8-9b10-12a5a5a5a5a5',
    'b2c5b9b6-f88c-8db8-9d35-97a5a5a5a5a5',
  ]);
});
