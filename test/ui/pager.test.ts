import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { pagerOf, startPager } from '../../src/ui/pager.ts';
import { fakeBackend } from '../support/fake-store.ts';
import { library } from '../support/library.ts';
import { runConvo, withHome } from '../support/run.ts';

const backend = fakeBackend(library);
const path = { PATH: process.env.PATH ?? '' };

test('the pager is CONVO_PAGER, then the config, GIT_PAGER, PAGER, less; cat and nothing are none', () => {
  assert.equal(pagerOf({}, undefined), 'less');
  assert.equal(pagerOf({ PAGER: 'more' }, undefined), 'more');
  assert.equal(pagerOf({ PAGER: 'more', GIT_PAGER: 'most' }, undefined), 'most');
  assert.equal(pagerOf({ GIT_PAGER: 'most' }, 'bat'), 'bat');
  assert.equal(pagerOf({ CONVO_PAGER: 'moar' }, 'bat'), 'moar');
  assert.equal(pagerOf({ PAGER: 'cat' }, undefined), undefined);
  assert.equal(pagerOf({ CONVO_PAGER: '' }, 'bat'), undefined);
});

test('only what does not fit on a terminal goes through the pager, coloured', () =>
  withHome(async (home) => {
    const file = join(home, 'paged');
    const env = { ...path, CONVO_PAGER: `cat > '${file}'` };
    const long = await runConvo(['log', '7qk2'], { backend, home, env, terminal: true, rows: 5 });
    assert.deepEqual([long.exit, long.out], [0, '']);
    assert.match(await readFile(file, 'utf8'), /\u001b\[1mFix the line splitter/);
    for (const more of [['--no-pager'], []]) {
      const options = { backend, home, env, terminal: true, rows: more.length > 0 ? 5 : 50 };
      assert.match((await runConvo(['log', '7qk2', ...more], options)).out, /Fix the line splitter/);
    }
    assert.match((await runConvo(['log', '7qk2'], { backend, home, env, rows: 5 })).out, /Fix the line splitter/);
  }));

test('a pager that is not there or leaves early does no harm', async () => {
  const missing = await runConvo(['log', '7qk2'], {
    backend,
    env: { ...path, PAGER: 'no-such-pager 2>/dev/null' },
    terminal: true,
    rows: 5,
  });
  assert.match(missing.out, /Fix the line splitter/);
  const pager = startPager('true', path);
  for (let at = 0; at < 200; at += 1) await pager.write('x'.repeat(10_000));
  assert.equal(await pager.end(), true);
});

test('colour: only a terminal, not with NO_COLOR, --no-color, TERM=dumb or the config', async () => {
  const colored = async (argv: string[], options: object) =>
    (await runConvo(['log', '7qk2', ...argv], { backend, rows: 99, ...options })).out.includes('\u001b[');
  assert.equal(await colored([], { terminal: true }), true);
  assert.equal(await colored([], {}), false);
  assert.equal(await colored(['--no-color'], { terminal: true }), false);
  assert.equal(await colored([], { terminal: true, env: { NO_COLOR: '1' } }), false);
  assert.equal(await colored([], { terminal: true, env: { TERM: 'dumb' } }), false);
  await withHome(async (home) => {
    await runConvo(['config', 'color', 'always'], { backend, home });
    assert.equal(await colored([], { home }), true);
    assert.equal(await colored(['--json'], { home }), false);
    await runConvo(['config', 'color', 'never'], { backend, home });
    assert.equal(await colored([], { home, terminal: true }), false);
  });
});
