import assert from 'node:assert/strict';
import { test } from 'node:test';
import { disk, type Host } from '../../src/host.ts';
import { storeBackend } from '../../src/ops/backend.ts';
import { openContext } from '../../src/ops/context.ts';
import { log } from '../../src/ops/log.ts';
import { show } from '../../src/ops/show.ts';
import { findTarget } from '../../src/ops/target.ts';
import { Transcript } from '../support/claude-code.ts';
import { ImportHome } from '../support/import-home.ts';

const exchanges = 3;

const idOf = (n: number, k = 0) => `5e551000-0000-4000-8${String(k).padStart(3, '0')}-${String(n).padStart(12, '0')}`;

function transcript(n: number): Transcript {
  const t = new Transcript({ sessionId: idOf(n) });
  for (let k = 1; k <= exchanges; k += 1) {
    t.user(`Question ${k} of ${n}`, { uuid: idOf(n, k * 2) });
    t.says(`Answer ${k} of ${n}`, { uuid: idOf(n, k * 2 + 1) });
  }
  return t;
}

/** Work that a reading command does, counted. */
interface Work {
  processes: number;
  opened: number;
  /** Bytes taken from files, without those of the listing. */
  bytes: number;
}

async function workOf(home: ImportHome, run: (context: ReturnType<typeof openContext>) => Promise<unknown>): Promise<Work> {
  const work: Work = { processes: 0, opened: 0, bytes: 0 };
  const listing = new Set<number>();
  const refuse = () => Promise.reject(new Error('a short command waits for no other thread'));
  const fs = {
    ...disk,
    open: refuse,
    readFile: refuse,
    openSync: (...args: Parameters<typeof disk.openSync>) => {
      work.opened += 1;
      const file = disk.openSync(...args);
      if (`${args[0]}`.endsWith('listing')) listing.add(file);
      return file;
    },
    readSync: ((file: number, ...rest: unknown[]) => {
      const got = (disk.readSync as (...args: unknown[]) => number)(file, ...rest);
      if (!listing.has(file)) work.bytes += got;
      return got;
    }) as typeof disk.readSync,
    closeSync: (file: number) => {
      listing.delete(file);
      disk.closeSync(file);
    },
  };
  const host: Host = { ...home.host({ fs }), onSpawn: () => (work.processes += 1) };
  const context = openContext(host, async () => storeBackend(), { store: home.store() });
  try {
    await run(context);
  } finally {
    await context.close();
  }
  return work;
}

test('log and show start no process and read as much of 120 conversations as of 12', async (t) => {
  const works: Record<string, Work[]> = {};
  for (const count of [12, 120]) {
    const home = new ImportHome(t);
    for (let n = 0; n < count; n += 1) await home.put(`.claude/projects/-w/${idOf(n)}.jsonl`, transcript(n).bytes);
    const imported = await home.import();
    assert.equal(imported.conversations.new, count);
    let id = '';
    await workOf(home, async (context) => {
      id = (await findTarget(context, '')).entry.id;
    });
    const commands = {
      log: (context: ReturnType<typeof openContext>) => log(context, { revision: '', shape: 'exchanges', diffs: false, reverse: false }),
      'log <id>': (context: ReturnType<typeof openContext>) =>
        log(context, { revision: id, shape: 'exchanges', diffs: false, reverse: false }),
      show: (context: ReturnType<typeof openContext>) => show(context, { revision: '', mode: 'folded' }),
    };
    for (const [name, run] of Object.entries(commands)) works[name] = [...(works[name] ?? []), await workOf(home, run)];
  }
  for (const [name, [few, many]] of Object.entries(works)) {
    assert.ok(few && many);
    assert.deepEqual([few.processes, many.processes], [0, 0], name);
    assert.ok(many.opened <= 24, `${name}: ${many.opened} files`);
    assert.equal(many.opened, few.opened, name);
    assert.ok(many.bytes < few.bytes * 2 + 64 * 1024, `${name}: ${few.bytes} bytes, then ${many.bytes}`);
  }
});
