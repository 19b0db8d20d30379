import assert from 'node:assert/strict';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { configure, readConfig } from '../../src/ops/config.ts';
import { openContext } from '../../src/ops/context.ts';
import { fakeBackend } from '../support/fake-store.ts';
import { fakeHost, withHome } from '../support/run.ts';

const contextOf = (home: string) => openContext(fakeHost({ home }), async () => fakeBackend([]), {});

async function withFile(text: string, body: (home: string) => Promise<void>): Promise<void> {
  await withHome(async (home) => {
    await mkdir(join(home, 'store'));
    await writeFile(join(home, 'store', 'config.yaml'), text);
    await body(home);
  });
}

test('without a file every setting is its default', () =>
  withHome(async (home) => {
    assert.deepEqual(await readConfig(contextOf(home)), {});
    const { settings } = await configure(contextOf(home), {});
    assert.ok(settings.every((setting) => setting.isDefault));
  }));

test('a setting is written, read, and set back; comments and other lines stay', () =>
  withFile('# mine\nengine: system   # faster\n', async (home) => {
    const context = contextOf(home);
    await configure(context, { key: 'pager', value: "less -R +'G'" });
    assert.deepEqual(await readConfig(context), { engine: 'system', pager: "less -R +'G'" });
    await configure(context, { key: 'engine', value: '' });
    const path = join(home, 'store', 'config.yaml');
    assert.equal(await readFile(path, 'utf8'), "# mine\npager: 'less -R +''G'''\n");
    assert.equal((await stat(path)).mode & 0o777, 0o600);
  }));

test('what is no setting is refused with its line or the key that was meant', async () => {
  const bad: [string, RegExp][] = [
    ['engine: [a]\n', /line 1 is not/],
    ['\n  engine: system\n', /line 2 is not/],
    ['engine: fast\n', /one of auto, system, isomorphic, not "fast"/],
    ['colour: never\n', /did you mean "color"/],
    ['pager: "a\\n"\n', /line 1 is not/],
    ['pager: &a less\n', /line 1 is not/],
  ];
  for (const [text, message] of bad) {
    await withFile(text, async (home) => {
      await assert.rejects(readConfig(contextOf(home)), message, text);
    });
  }
});
