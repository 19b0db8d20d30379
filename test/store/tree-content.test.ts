import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Oid } from '../../src/store/git.ts';
import { decodeTree, encodeTree, fileMode, type TreeEntry, treeMode } from '../../src/store/objects.ts';
import { type Edited, idOf, putRow, removeRow, rowOf, untouched } from '../../src/store/tree-content.ts';

const name = fc.constantFrom('a', 'b', 'a.b', 'a-b', 'a0', 'ab', 'ä', '日本', '\ufffd', '𝒳', 'ﬁ', 'z z', '0', '~');
const oid = fc.nat(0xffff).map((n) => n.toString(16).padStart(40, '0') as Oid);
const entry: fc.Arbitrary<TreeEntry> = fc.record({ mode: fc.constantFrom(fileMode, treeMode), name, oid });

test('rows put and taken out of the bytes of a tree give the tree that git makes of the rows that are left', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 8 }), fc.array(fc.tuple(entry, fc.boolean()), { maxLength: 12 }), (first, changes) => {
      const rows = new Map(first.map((row) => [row.name, row]));
      const before = encodeTree([...rows.values()]);
      const tree: Edited = { content: before, ...untouched };
      for (const [row, isPut] of changes) {
        const found = rowOf(tree.content, row.name);
        const known = rows.get(row.name);
        assert.equal(found && idOf(tree.content, found), known?.oid);
        assert.equal(found?.isTree, known && known.mode === treeMode);
        if (isPut) {
          putRow(tree, row);
          rows.set(row.name, row);
        } else if (found) {
          removeRow(tree, found);
          rows.delete(row.name);
        }
        assert.deepEqual(Buffer.from(tree.content), encodeTree([...rows.values()]));
      }
      if (tree.begin === untouched.begin) return assert.deepEqual(tree.content, before);
      assert.deepEqual(tree.content.subarray(0, tree.begin), before.subarray(0, tree.begin));
      assert.deepEqual(tree.content.subarray(tree.content.length - tree.end), before.subarray(before.length - tree.end));
      assert.ok(tree.begin + tree.end <= Math.min(before.length, tree.content.length));
    }),
  );
});

test('bytes that are no tree are refused', () => {
  const content = encodeTree([{ mode: fileMode, name: 'a', oid: 'f'.repeat(40) as Oid }]);
  for (let length = 1; length < content.length; length += 1) {
    const cut = content.subarray(0, length);
    assert.throws(() => decodeTree(cut), { code: 'bad-object' });
    assert.throws(() => rowOf(cut, 'b'), { code: 'bad-object' });
  }
});
