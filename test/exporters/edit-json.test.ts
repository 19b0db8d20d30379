import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Exported, Target } from '../../src/exporters/exporter.ts';
import { editJson } from '../../src/exporters/kit/edit-json.ts';
import { movePath } from '../../src/exporters/kit/move-path.ts';
import { json } from '../support/arbitrary.ts';

test('a value changes and no other character: floats, spaces, keys twice, keys inside', () => {
  const change = (text: string, path: string[], value: string) => editJson(text, JSON.parse(text), [{ path, value }]);
  assert.equal(change('{"a":1.0,"b":"x"}', ['b'], 'y'), '{"a":1.0,"b":"y"}');
  assert.equal(change('{ "a" : 1.0 , "b" : "x" }', ['b'], 'y'), '{ "a" : 1.0 , "b" : "y" }');
  assert.equal(change('{"b":"x","a":1.0,"b":"z"}', ['b'], 'y'), '{"b":"x","a":1.0,"b":"y"}');
  assert.equal(change('{"p":{"b":"x","q":1e2},"b":"o"}', ['p', 'b'], 'y'), '{"p":{"b":"y","q":1e2},"b":"o"}');
  assert.equal(change('{"c":{"b":"x"},"a":1.0}', ['b'], 'y'), '{"c":{"b":"x"},"a":1.0}');
  assert.equal(change('{"\\u0062":"x","a":1.0}', ['b'], 'y'), '{"\\u0062":"y","a":1.0}');
});

test('an edit of any object is read back, in its own spelling or in another', () => {
  const objects = fc.dictionary(fc.constantFrom('a', 'b', 'key', '"', '\\', '__proto__x'), json, { minKeys: 1, noNullPrototype: true });
  fc.assert(
    fc.property(objects, fc.boolean(), fc.string(), (object, spaced, value) => {
      const text = spaced ? JSON.stringify(object, null, 1).replaceAll('\n', ' ') : JSON.stringify(object);
      const parsed = JSON.parse(text);
      const [key = ''] = Object.keys(parsed);
      assert.deepEqual(JSON.parse(editJson(text, parsed, [{ path: [key], value }])), { ...parsed, [key]: value });
    }),
  );
});

test('a recorded folder becomes one of the project here, never one outside of it', () => {
  const moved = (folder: string | undefined, cwd: string, recorded: string) =>
    movePath({ ...(folder === undefined ? {} : { folder }) } as Exported, { cwd } as Target)(recorded);
  assert.equal(moved('/home/ada/app', '/w/app', '/home/ada/app'), '/w/app');
  assert.equal(moved('/home/ada/app', '/w/app', '/home/ada/app/src/a'), '/w/app/src/a');
  assert.equal(moved('/home/ada/app', '/w/app', '/home/ada/app2'), '/w/app');
  assert.equal(moved('/home/ada/app', '/w/app', '/home/ada/app/../secrets'), '/w/app');
  assert.equal(moved('C:\\w\\app', '/w/app', 'C:\\w\\app\\src'), '/w/app/src');
  assert.equal(moved('/w/app', 'C:\\w\\app', '/w/app/src'), 'C:\\w\\app\\src');
  assert.equal(moved('/w/app', '/w/app', '/elsewhere'), '/elsewhere');
  assert.equal(moved(undefined, '/w/app', '/elsewhere'), '/w/app');
});
