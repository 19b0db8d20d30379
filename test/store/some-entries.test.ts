import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConversationId, ToolId } from '../../src/model/ids.ts';
import type { Entry } from '../../src/store/entry.ts';
import { printEntryLine } from '../../src/store/entry-line.ts';
import { someEntries, type Wanted } from '../../src/store/some-entries.ts';

const piecesOf = 20;

/** Three pieces of a listing, newest first; each project has a conversation in ten. */
const entries: Entry[] = Array.from({ length: 3 * piecesOf }, (_, n) => ({
  ...{ id: `${'bcdfghjkmn'[n % 10]}${String(n).padStart(9, '0')}` as ConversationId, tool: 'codex' as ToolId, title: `Title ${n}` },
  ...{ project: `/p/${n % 10}`, updated: new Date(Date.UTC(2026, 0, 1) - n * 1000).toISOString(), turns: 2, answered: true },
  ...{ active: 'main', branches: [], natives: [`native-${n}`] },
}));

function look(wanted: Partial<Wanted>, changed: ReadonlyMap<ConversationId, Entry | undefined> = new Map()) {
  let read = 0;
  function* lines() {
    for (let at = 0; at < entries.length; at += piecesOf) {
      read += 1;
      yield Buffer.from(
        entries
          .slice(at, at + piecesOf)
          .map((entry) => `\n${printEntryLine(entry)}`)
          .join(''),
      );
    }
  }
  const found = someEntries(lines, { names: [], projects: [], ...wanted }, changed);
  return { found: found?.map(({ id }) => entries.findIndex((entry) => entry.id === id)), read };
}

const idAt = (n: number): ConversationId => entries[n]?.id ?? ('' as ConversationId);

test('a listing is read as far as something can still be meant', () => {
  assert.deepEqual(look({}), { found: [0, 1], read: 1 });
  assert.deepEqual(look({ names: [idAt(7)] }), { found: [0, 1, 7], read: 1 });
  assert.deepEqual(look({ names: [idAt(25).toUpperCase()] }), { found: [0, 1, 25], read: 2 });
  assert.deepEqual(look({ projects: ['/p/3'] }), { found: [0, 1, 3, 13], read: 1 });
  assert.deepEqual(look({ names: [idAt(30)], projects: ['/p/4'] }), { found: [0, 1, 4, 14, 30], read: 2 });
  assert.deepEqual(look({ projects: ['/p/none'] }), { found: [0, 1], read: 3 });
});

test('a beginning may mean any of them, and what no id begins with is looked for among native ids', () => {
  assert.deepEqual(look({ names: ['c00000000'] }), { found: [0, 1], read: 6 });
  assert.deepEqual(look({ names: ['d'] }), { found: [0, 1, 2, 12, 22, 32, 42, 52], read: 6 });
  assert.deepEqual(look({ names: ['native-41'] }), { found: [0, 1, 41], read: 6 });
});

test('what changed since stands for what the listing says', () => {
  const gone = new Map<ConversationId, Entry | undefined>([[idAt(0), undefined]]);
  assert.deepEqual(look({}, gone), { found: [1, 2], read: 1 });
  const grown = { ...(entries[50] as Entry), updated: '2026-01-02T00:00:00.000Z' };
  assert.deepEqual(look({ names: [grown.id] }, new Map([[grown.id, grown]])), { found: [50, 0, 1], read: 1 });
});
