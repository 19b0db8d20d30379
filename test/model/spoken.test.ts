import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPathNamed, spokenIn } from '../../src/model/spoken.ts';
import { call, said } from '../support/fake-store.ts';

test('a file is named by the end of its path, at the border of a folder', () => {
  const path = '/work/app/src/lines.ts';
  for (const name of ['lines.ts', 'src/lines.ts', './src/lines.ts', '/work/app/src/lines.ts', 'src/', 'app/src/', '/work/'])
    assert.ok(isPathNamed(path, name), name);
  for (const name of ['ines.ts', 'lines', 'src', 'app', 'rc/', '', '.', './', '/', 'lines.ts/', 'other/lines.ts'])
    assert.ok(!isPathNamed(path, name), name);
  assert.ok(isPathNamed('C:\\app\\src\\lines.ts', 'src/lines.ts'));
  assert.ok(isPathNamed('src/lines.ts', 'src\\lines.ts'));
});

test('of a call, the files that it changes are told; of one that failed, none', () => {
  const input = { file_path: 'a.ts', old_string: 'one', new_string: 'two' };
  const [[own], [result]] = spokenIn(call('Edit', input, 'done'));
  assert.deepEqual(own, { part: 'tool-call', text: 'Edit\na.ts\none\ntwo', paths: ['a.ts'] });
  assert.deepEqual(result, { part: 'tool-result', text: 'done', paths: [] });
  assert.deepEqual(spokenIn(call('Edit', input, 'no', 'failed'))[0][0]?.paths, []);
  assert.deepEqual(spokenIn(said('why', 'thinking')), [[{ part: 'thinking', text: 'why', paths: [] }], []]);
});
