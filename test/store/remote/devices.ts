import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { EngineChoice } from '../../../src/store/engine.ts';
import type { Oid } from '../../../src/store/git.ts';
import { mainRef } from '../../../src/store/layout.ts';
import type { Remote } from '../../../src/store/remote/remote.ts';
import { openTransport, type Transport } from '../../../src/store/remote/transport.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import { temporaryFolder, testHost } from '../sandbox.ts';

type Ends = Pick<TestContext, 'after'>;

/** What a device has in its environment: nothing of the machine's git settings. */
export const deviceHost = (home: string, changes: Record<string, string> = {}) =>
  testHost({ home, env: { PATH: process.env.PATH, HOME: home, GIT_CONFIG_NOSYSTEM: '1', ...changes } });

/** Returns the store of a device, closed and removed when the test ends. */
export async function device(t: Ends, engine: EngineChoice = 'system', env: Record<string, string> = {}): Promise<Store> {
  const home = temporaryFolder(t);
  const store = await openStore(deviceHost(home, env), join(home, 'store'), { engine, absent: 'make' });
  t.after(() => store.engine.close());
  return store;
}

/** Returns a transport of a device's, closed when the test ends. */
export async function transportTo(t: Ends, store: Store, url: string, changes: Partial<Remote> = {}): Promise<Transport> {
  const transport = await openTransport(store.host, store, { name: 'origin', url, prefix: 'refs/heads/', ...changes });
  t.after(() => transport.close());
  return transport;
}

/** Makes an empty bare repository; returns its folder. */
export function bareRemote(t: Ends): string {
  const folder = join(temporaryFolder(t), 'remote.git');
  const run = spawnSync('git', ['init', '-q', '--bare', '--initial-branch=main', folder], {
    env: { PATH: process.env.PATH, GIT_CONFIG_NOSYSTEM: '1' },
  });
  if (run.status !== 0) throw new Error(run.stderr.toString());
  return folder;
}

export const branchOf = (id: string, branch = 'main') => `refs/heads/claude-code/${id.padEnd(10, '0')}/${branch}`;
export const rawOf = (id: string) => `refs/convo/raw/claude-code/${id.padEnd(10, '0')}`;

/** Writes commits onto refs of a store, one for each list of files, and moves the refs there; returns their tips. */
export async function write(store: Store, refs: Record<string, Record<string, string>[]>): Promise<Record<string, Oid>> {
  const { engine } = store;
  const writer = await engine.writer();
  const tips: [string, Awaited<ReturnType<typeof writer.commit>>][] = [];
  const before = new Map<string, Oid>();
  for (const [ref, commits] of Object.entries(refs)) {
    const [at] = await engine.refs(ref);
    if (at) before.set(ref, at.oid);
    let tip: Parameters<typeof writer.commit>[0]['parents'][number] | undefined = at?.oid;
    let time = 1_700_000_000;
    for (const files of commits) {
      const changes: [string, Awaited<ReturnType<typeof writer.blob>>][] = [];
      for (const [path, text] of Object.entries(files)) changes.push([path, await writer.blob(Buffer.from(text))]);
      time += 60;
      const message = `turn ${time}\n`;
      const commit = await writer.commit({ parents: tip === undefined ? [] : [tip], changes, text: { author: 'user', time, message } });
      tip = commit;
      tips.push([ref, commit]);
    }
  }
  const ids = await writer.finish();
  const last = new Map(tips.map(([ref, written]) => [ref, ids(written)]));
  await engine.moveRefs([...last].map(([ref, to]) => ({ ref, from: before.get(ref) ?? null, to })));
  return Object.fromEntries(last);
}

/** The files of one turn's commit. */
export function turn(n: number, text = `Turn ${n}`): Record<string, string> {
  const role = n % 2 === 1 ? 'user' : 'assistant';
  const id = `${n}`.padStart(12, 'a');
  const name = `turns/${String(Math.floor(n / 100)).padStart(2, '0')}/${String(n).padStart(4, '0')}-${role}-${id}.md`;
  const page = `---\nconvo: 1\nturn: ${id}\nn: ${n}\nrole: ${role}\n---\n\n${text}\n\n<!-- records ${id.slice(0, 8)} -->\n`;
  return { [name]: page, ...(n === 1 && { 'conversation.md': '---\nconvo: 1\ntool: claude-code\nid: abc0000000\norigin: x\n---\n' }) };
}

/** A catalogue of one card. */
export const catalogue = (title: string): Record<string, string> => ({
  'convo.yaml': 'format: 1\n',
  'conversations/a/b/abc0000000.md': `---\nconvo: 1\nid: abc0000000\ntool: claude-code\ntitle: ${title}\nproject: example.com/app\nactive: main\n---\n`,
});

/** A store with one conversation of two turns, its raw and a catalogue. */
export async function deviceWithConversation(
  t: Ends,
  engine: EngineChoice = 'system',
  env: Record<string, string> = {},
): Promise<{ store: Store; tips: Record<string, Oid> }> {
  const store = await device(t, engine, env);
  const tips = await write(store, {
    [branchOf('abc')]: [turn(1), turn(2)],
    [rawOf('abc')]: [{ '0123456789abcdef/000000-00000000.jsonl': '{"type":"user"}\n' }],
    [mainRef]: [catalogue('First')],
  });
  return { store, tips };
}
