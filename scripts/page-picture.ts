// Draws the page of `convo diff --html` as pictures, by day and by night: npm run picture:page. Needs a Chromium. The README shows them.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const browser = process.env.CHROMIUM ?? 'chromium';
const size = '1120,980';

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { env, encoding: 'utf8', timeout: 120_000 });
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${error?.message ?? stderr}`);
  return stdout;
}

const home = mkdtempSync(join(tmpdir(), 'convo-page-'));
try {
  cpSync(join(root, 'fixtures', 'codex', 'asked-again', 'home'), home, { recursive: true });
  const env = { ...process.env, HOME: home, CONVO_HOME: join(home, '.convo'), TZ: 'UTC', CODEX_HOME: '' };
  const convo = (...args: string[]) => run(process.execPath, [join(root, 'dist', 'convo.cjs'), ...args], env);
  convo('import', '--close');
  const { data } = JSON.parse(convo('list', '--json')) as { data: { conversations: { id: string; branches: { name: string }[] }[] } };
  const [entry] = data.conversations;
  const [one = '', other = ''] = entry?.branches.map(({ name }) => `${entry.id}/${name}`) ?? [];
  const page = join(home, 'diff.html');
  convo('diff', one, other, '--html', page);
  for (const [name, scheme] of [
    ['diff-light.png', '1'],
    ['diff-dark.png', '0'],
  ]) {
    const picture = join(root, 'pictures', name ?? '');
    const flags = [
      '--headless',
      '--no-sandbox',
      '--hide-scrollbars',
      `--window-size=${size}`,
      `--blink-settings=preferredColorScheme=${scheme}`,
    ];
    run(browser, [...flags, `--screenshot=${picture}`, `file://${page}`], env);
  }
} finally {
  rmSync(home, { recursive: true, force: true });
}
