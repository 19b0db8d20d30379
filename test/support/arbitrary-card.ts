import fc from 'fast-check';
import { type Card, type CardBranch, cardFields, compare, lossesOf, type NativeSource, type Tombstone } from '../../src/model/card.ts';
import type { ConversationId, ToolId } from '../../src/model/ids.ts';
import type { ExtraKey } from '../../src/model/turn.ts';
import { hostileText } from './arbitrary.ts';

const word = fc.oneof(fc.constantFrom('a', 'b', 'parser', 'no', '0777', '1.10', '2026-01-01'), hostileText);
const tool = fc.constantFrom('claude-code', 'codex') as fc.Arbitrary<string> as fc.Arbitrary<ToolId>;
const branchName = fc.constantFrom('main', 'main-2', 'try.redis', 'constructor', 'x.at', '12');
const oid = fc.stringMatching(/^[0-9a-f]{40}$/);
const count = fc.integer({ min: 1, max: 3 });

const few = <Value>(value: fc.Arbitrary<Value>, max = 3) => fc.array(value, { maxLength: max });
const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });

function defined<Row extends object>(row: Row): { [K in keyof Row]: Exclude<Row[K], undefined> } {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as never;
}

const native = fc
  .record({
    tool,
    source: fc.constantFrom('s1', 's2', '11111111-1111'),
    root: optional(fc.constantFrom('r1', 'r2')),
    branch: optional(branchName),
  })
  .map((row) => defined(row) as NativeSource);

const branch = fc.record({ at: oid, label: optional(word), source: optional(word) }).map((row) => defined(row) as CardBranch);
const tombstone: fc.Arbitrary<Tombstone> = fc.record(
  { ref: branchName, at: oid, turns: few(fc.stringMatching(/^[0-9a-z]{6} [0-9]{1,2}$/)) },
  { noNullPrototype: true },
);

const byKey = <Value>(key: fc.Arbitrary<string>, value: fc.Arbitrary<Value>, max = 3) =>
  few(fc.tuple(key, value), max).map((pairs) => Object.fromEntries(pairs));

const safeKey = word.filter((key) => !['__proto__', '<<'].includes(key));

const rowKey = (row: NativeSource) => JSON.stringify([row.tool, row.source, row.root ?? null, row.branch ?? null]);

/** Rows as a card keeps them: no row says less than another. */
function nativeRows(rows: NativeSource[]): NativeSource[] {
  const unique = [...new Map(rows.map((row) => [`${row.tool} ${row.source}`, row])).values()];
  return unique.sort((a, b) => compare(rowKey(a), rowKey(b)));
}

const extraKeys = few(
  fc.record(
    {
      key: fc.stringMatching(/^x_[a-z]{1,4}$/),
      value: fc.constantFrom('1', '"q: r"', '[a, {b: c}]', '\n  - a'),
      after: fc.constantFrom('id', 'tool'),
    },
    { noNullPrototype: true },
  ),
  2,
).map((items) => [...new Map(items.map((item) => [item.key, item])).values()].sort((a, b) => compare(a.key, b.key)) as ExtraKey[]);

const fieldState = fc.record({ value: optional(word), rev: fc.integer({ min: 0, max: 3 }), lost: few(word) });

/** Any card that edits and merges can make; all of one conversation, so that they can be merged. */
export const cards: fc.Arbitrary<Card> = fc
  .record({
    fields: fc.tuple(...cardFields.map(() => fieldState)),
    native: few(native, 4),
    branches: byKey(branchName, branch),
    deleted: few(tombstone, 2),
    counters: byKey(
      fc.tuple(branchName, fc.constantFrom('at', 'label', 'source')).map(([name, key]) => `${name}.${key}`),
      count,
    ),
    deletions: byKey(branchName, count),
    links: few(word),
    tagrev: byKey(safeKey, count),
    extra: extraKeys,
  })
  .map(({ fields, native: rows, branches, deleted, counters, deletions, links, tagrev, extra }) => {
    const card: Card = { id: '7qk2m4xw9d' as ConversationId, tool: 'claude-code' as ToolId, native: nativeRows(rows), branches: {} };
    const rev: Record<string, number> = { ...counters };
    const history: Record<string, string[]> = {};
    for (const [i, field] of cardFields.entries()) {
      const { value, rev: edits, lost } = fields[i] ?? { rev: 0, lost: [] };
      // A page cannot tell empty notes from none.
      if (value !== undefined && !(field === 'notes' && value === '')) card[field] = value;
      if (edits === 0) continue;
      rev[field] = edits;
      const losses = lossesOf(lost, card[field]);
      if (losses.length > 0) history[field] = losses;
    }
    const stones = [...new Map(deleted.map((stone) => [stone.ref, stone])).values()].sort((a, b) => compare(a.ref, b.ref));
    for (const [name, times] of Object.entries(deletions)) rev[`${name}.deleted`] = times;
    const isDeleted = (name: string) => ((rev[`${name}.deleted`] ?? 0) || (stones.some(({ ref }) => ref === name) ? 1 : 0)) % 2 === 1;
    card.branches = Object.fromEntries(Object.entries(branches).filter(([name]) => !isDeleted(name)));
    const standing = stones.filter(({ ref }) => isDeleted(ref));
    return {
      ...card,
      ...(standing.length > 0 ? { deleted: standing } : {}),
      ...(links.length > 0 ? { links: [...new Set(links)].sort(compare) } : {}),
      ...(Object.keys(rev).length > 0 ? { rev } : {}),
      ...(Object.keys(tagrev).length > 0 ? { tagrev } : {}),
      ...(Object.keys(history).length > 0 ? { history } : {}),
      ...(extra.length > 0 ? { extra } : {}),
    };
  });
