import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { editsOf, editsOfCall } from '../../src/model/edits.ts';
import { fileDiffs } from '../../src/model/file-diff.ts';
import { searchText } from '../../src/model/search-text.ts';
import { call, said, turn } from '../support/fake-store.ts';

const patch = [
  '*** Begin Patch',
  '*** Add File: docs/new.md',
  '+# New',
  '*** Update File: src/a.ts',
  '@@ function a',
  ' keep',
  '-old',
  '+new',
  '*** Delete File: gone.txt',
  '*** End Patch',
].join('\n');

test('the edits of every way to state them', () => {
  assert.deepEqual(editsOfCall(call('Edit', { file_path: 'a', old_string: 'x', new_string: 'y' })), [
    { path: 'a', before: 'x', after: 'y' },
  ]);
  assert.deepEqual(editsOfCall(call('replace', { path: 'a', oldString: 'x', newString: '' })), [{ path: 'a', before: 'x', after: '' }]);
  assert.deepEqual(editsOfCall(call('Write', { file_path: 'a', content: 'all' })), [{ path: 'a', after: 'all' }]);
  const many = {
    file_path: 'a',
    edits: [
      { old_string: '1', new_string: '2' },
      { old_string: '3', new_string: '4' },
    ],
  };
  assert.deepEqual(
    editsOfCall(call('MultiEdit', many)).map((edit) => edit.after),
    ['2', '4'],
  );
  for (const input of [patch, { input: patch }, { command: ['apply_patch', patch] }, { cmd: `apply_patch <<'EOF'\n${patch}\nEOF` }]) {
    assert.deepEqual(editsOfCall(call('apply_patch', input)), [
      { path: 'docs/new.md', after: '# New\n' },
      { path: 'src/a.ts', before: 'keep\nold\n', after: 'keep\nnew\n' },
      { path: 'gone.txt', before: '', after: '' },
    ]);
  }
});

test('what failed or only read changed nothing', () => {
  assert.deepEqual(editsOfCall(call('Edit', { file_path: 'a', old_string: 'x', new_string: 'y' }, 'no match', 'failed')), []);
  assert.deepEqual(editsOfCall(call('Edit', { file_path: 'a', old_string: 'x', new_string: 'y' }, 'no', 'rejected')), []);
  assert.deepEqual(editsOfCall(call('Read', { file_path: 'a', content: 'x' })), []);
  assert.deepEqual(editsOf(turn('t', 2, [[said('nothing')]], 0)), []);
});

test('diffs count lines and keep the edits of a file together', () => {
  const [file, ...others] = fileDiffs([
    { path: 'a', before: 'one\ntwo\n', after: 'one\n2\n' },
    { path: 'b', after: 'new\n' },
    { path: 'a', before: 'x', after: '' },
  ]);
  assert.deepEqual(file, { path: 'a', added: 1, removed: 2, edits: [[' one', '-two', '+2'], ['-x']] });
  assert.deepEqual(others, [{ path: 'b', added: 1, removed: 0, edits: [['+new']] }]);
});

test('a diff holds both texts whole', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c', '', '\\', '+', ' '), { minLength: 1 }).map((rows) => rows.join('\n'));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const rows = fileDiffs([{ path: 'p', before, after }]).flatMap((file) => file.edits.flat());
      const side = (mark: string) =>
        rows
          .filter((row) => row.startsWith(mark) || row.startsWith(' '))
          .map((row) => row.slice(1))
          .join('\n');
      const bare = (one: string) => one.replace(/\n$/, '');
      assert.equal(side('-'), bare(before));
      assert.equal(side('+'), bare(after));
    }),
  );
});

test('what is searched is what was said and asked, not what tools answered', () => {
  const found = searchText(
    turn('t', 2, [[said('Hello'), said('harness', 'context'), call('Grep', { pattern: { deep: ['needle'] } }, 'result')]], 0),
  );
  for (const word of ['Hello', 'Grep', 'needle']) assert.ok(found.includes(word));
  for (const word of ['harness', 'result']) assert.ok(!found.includes(word));
});
