import assert from 'node:assert/strict';
import { test } from 'node:test';
import { insidePath } from '../../src/ui/view.ts';

test('a path is shown from the folder that it is inside of, every other text as it is', () => {
  const cases: [path: string, folder: string | undefined, shown: string][] = [
    ['/home/ada/app/src/a.ts', '/home/ada/app', 'src/a.ts'],
    ['/home/ada/app/src/a.ts', '/home/ada/app/', 'src/a.ts'],
    ['C:\\app\\src\\a.ts', 'C:\\app', 'src\\a.ts'],
    ['/home/ada/app', '/home/ada/app', '/home/ada/app'],
    ['/home/ada/app/', '/home/ada/app', '/home/ada/app/'],
    ['/home/ada/apple/a.ts', '/home/ada/app', '/home/ada/apple/a.ts'],
    ['cat /home/ada/app/a.ts', '/home/ada/app', 'cat /home/ada/app/a.ts'],
    ['/etc/hosts', '/', '/etc/hosts'],
    ['src/a.ts', undefined, 'src/a.ts'],
    ['src/a.ts', '', 'src/a.ts'],
  ];
  for (const [path, folder, shown] of cases) assert.equal(insidePath(path, { folder }), shown, `${path} in ${folder}`);
});
