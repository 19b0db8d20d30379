import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isSame } from '../../src/model/same.ts';

test('values are one whatever the order of their keys, and a key without a value is none', () => {
  assert.ok(isSame({ a: 1, b: [{ c: 'd' }] }, { b: [{ c: 'd' }], a: 1, e: undefined }));
  assert.ok(isSame({ e: undefined, a: 1 }, { a: 1 }));
  assert.ok(!isSame({ a: 1, b: null }, { a: 1 }));
  assert.ok(!isSame({ a: 1 }, { a: 1, b: null }));
  assert.ok(isSame(new Uint8Array([1, 2]), Buffer.from([1, 2])));
  assert.ok(!isSame(new Uint8Array([1, 2]), [1, 2]));
  assert.ok(!isSame([], {}) && !isSame({}, []) && !isSame([1], [1, 2]) && !isSame([1, 2], [1]) && !isSame(null, {}));
});

test('a key that every object inherits counts where it stands itself alone', () => {
  const own = JSON.parse('{"__proto__":{}}') as object;
  assert.ok(!isSame(own, {}) && !isSame({}, own) && isSame(own, JSON.parse('{"__proto__":{}}')));
});

test('two JSON values are one when their text is, and only then', () => {
  const value = fc.jsonValue({ maxDepth: 3 });
  const plain = (one: unknown) => JSON.parse(JSON.stringify(one)) as unknown;
  fc.assert(fc.property(value, (one) => isSame(plain(one), plain(one))));
  fc.assert(
    fc.property(value, value, (one, other) => {
      const [left, right] = [plain(one), plain(other)];
      let same = true;
      try {
        assert.deepStrictEqual(left, right);
      } catch {
        same = false;
      }
      assert.equal(isSame(left, right), same);
    }),
  );
});
