import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { realHost } from '../../src/host.ts';
import { reader } from '../../src/store/repo.ts';
import { openStore } from '../../src/store/store.ts';
import { Transcript } from '../support/claude-code.ts';
import { Rollout, uuid } from '../support/codex.ts';
import { grow } from '../support/growth.ts';
import { growing, ImportHome } from '../support/import-home.ts';
import { objectCount, tellStore } from '../support/told-store.ts';

const minute = 60_000;
const claudePath = '.claude/projects/-w-lines/5e551000-0000-4000-8000-000000000000.jsonl';
const codexPath = `.codex/sessions/2026/03/02/rollout-2026-03-02T08-00-00-${uuid(1)}.jsonl`;

/** Two finished turns, a prompt, and an answer that stands still without an end mark. */
function claude(): Uint8Array {
  const t = new Transcript();
  t.user('One');
  t.says('1');
  t.user('Two');
  t.assistant([{ type: 'text', text: 'Half of an answer' }]);
  return t.bytes;
}

function codex(): Uint8Array {
  const rollout = new Rollout().meta().exchange('019cb000-0000-7000-8000-000000000001', 'One', '1');
  rollout.begin('019cb000-0000-7000-8000-000000000002').prompt('Two').says('Half of an answer');
  return Buffer.from(rollout.text);
}

async function openOf(home: ImportHome): Promise<number> {
  const store = await openStore(realHost(new AbortController().signal), home.store(), { engine: 'system', absent: 'fail' });
  try {
    const [entry] = await reader(store).entries();
    return entry?.open?.length ?? 0;
  } finally {
    await store.engine.close();
  }
}

const turnCount = (home: ImportHome): number => {
  const { tips, trees } = tellStore(home.gitdir());
  return tips.length === 1 && trees.length === 1 ? objectCount(home.gitdir()) : -1;
};

describe('a turn in progress', () => {
  for (const [tool, path, bytes] of [
    ['Claude Code', claudePath, claude()],
    ['Codex', codexPath, codex()],
  ] as const) {
    test(`${tool}: is in raw, remembered as open, and a commit after ten minutes of rest`, async (t) => {
      const home = new ImportHome(t);
      await home.put(path, bytes, growing);
      const first = await home.import();
      assert.deepEqual([first.turnsAdded, first.openTurns], [3, 1]);
      assert.equal(await openOf(home), 1);
      const before = turnCount(home);
      assert.deepEqual([(await home.import({ later: 9 * minute })).turnsAdded, turnCount(home)], [0, before]);
      const rested = await home.import({ later: 11 * minute });
      assert.deepEqual([rested.turnsAdded, rested.openTurns], [1, 0]);
      assert.equal(await openOf(home), 0);
      await sameAsOnce(home, path, bytes);
    });

    test(`${tool}: is a commit at once with --close`, async (t) => {
      const home = new ImportHome(t);
      await home.put(path, bytes, growing);
      await home.import();
      assert.equal((await home.import({ close: true })).turnsAdded, 1);
      assert.equal(await openOf(home), 0);
      await sameAsOnce(home, path, bytes);
    });

    test(`${tool}: is a commit at once when its file is named`, async (t) => {
      const home = new ImportHome(t);
      await home.put(path, bytes, growing);
      assert.equal((await home.import({ names: [home.path(path)] })).turnsAdded, 4);
      await sameAsOnce(home, path, bytes);
    });

    test(`${tool}: gets the ids of an undisturbed import when every cut falls between turns`, async (t) => {
      const lines = Buffer.from(bytes)
        .toString('utf8')
        .split(/(?<=\n)/);
      const opensTurn = (line: string) => /"role":"user","content":"Two"|"task_started","turn_id":"[^"]*2"/.test(line);
      const cut = Buffer.byteLength(lines.slice(0, lines.findIndex(opensTurn)).join(''));
      assert.ok(cut > 0);
      const home = new ImportHome(t);
      await grow(home, { path, bytes }, [cut]);
      await sameAsOnce(home, path, bytes);
    });
  }
});

async function sameAsOnce(home: ImportHome, path: string, bytes: Uint8Array): Promise<void> {
  await home.put(path, bytes);
  await home.import({ store: 'once' });
  const [now, once] = [tellStore(home.gitdir()), tellStore(home.gitdir('once'))];
  assert.deepEqual(now.tips, once.tips);
  assert.deepEqual(now.raw, once.raw);
}
