import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progress } from '../../src/ui/progress.ts';
import { width } from '../../src/ui/width.ts';

function watch(options: { isTTY: boolean; quiet: boolean }) {
  let time = 0;
  let drawn = '';
  const draw = (chunk: string | Uint8Array) => {
    drawn += String(chunk);
  };
  const output = { isTTY: options.isTTY, columns: 40, write: draw };
  const shown = progress(output, { quiet: options.quiet, now: () => time });
  return {
    ...shown,
    pass: (ms: number) => {
      time += ms;
    },
    drawn: () => drawn,
  };
}

test('nothing is drawn within half a second, and nothing ever in a pipe or when quiet', () => {
  const quick = watch({ isTTY: true, quiet: false });
  quick.report('Reading', 1, 10);
  quick.pass(499);
  quick.report('Reading', 2, 10);
  quick.end();
  assert.equal(quick.drawn(), '');
  for (const options of [
    { isTTY: false, quiet: false },
    { isTTY: true, quiet: true },
  ]) {
    const silent = watch(options);
    silent.pass(5000);
    silent.report('Reading', 2, 10);
    silent.end();
    assert.equal(silent.drawn(), '');
  }
});

test('long work draws one line, cut to the terminal and made safe, and wipes it', () => {
  const slow = watch({ isTTY: true, quiet: false });
  slow.pass(600);
  slow.report('Reading \u001b[31m日本語', 5, 10);
  slow.report('Reading', 6, 10);
  slow.end();
  const [, drawn = '', wiped] = slow.drawn().split('\r\x1b[K');
  assert.match(drawn, /^Reading \\u\{1b\}\[31m日本語 \[#+\.+…$/);
  assert.ok(width(drawn) <= 39);
  assert.equal(wiped, '');
});
