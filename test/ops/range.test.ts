import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { withBranch } from '../../src/model/card.ts';
import { cardPath, printCard } from '../../src/model/card-page.ts';
import { mergeId, turnId } from '../../src/model/ids.ts';
import { printPage } from '../../src/model/page/print.ts';
import type { Turn } from '../../src/model/turn.ts';
import { readCards } from '../../src/store/catalogue.ts';
import { commitText } from '../../src/store/commit.ts';
import type { Named, Oid } from '../../src/store/git.ts';
import { branchRef, turnPath } from '../../src/store/layout.ts';
import { openStore } from '../../src/store/store.ts';
import { Transaction } from '../../src/store/transaction.ts';
import { Transcript } from '../support/claude-code.ts';
import { cliData } from '../support/cli-home.ts';
import { ImportHome } from '../support/import-home.ts';
import { randomFrom } from '../support/mutate.ts';
import { gitOf } from '../support/told-store.ts';

const full = process.env.CONVO_CAMPAIGN === 'full';
const path = '.claude/projects/-w-lines/5e551000-0000-4000-8000-000000000000.jsonl';

/** Lets branches of one conversation grow, fork and merge by chance: a page and a commit a turn. */
async function grow(home: ImportHome, random: () => number, turns: number): Promise<string[]> {
  const store = await openStore(home.host(), home.store(), { engine: 'system', absent: 'fail' });
  const transaction = await Transaction.begin(store, { dryRun: false });
  await transaction.hold();
  let card = await only(readCards(store.engine));
  const lines = new Map<string, { tip: Named; last: Turn }[]>();
  const first = { tip: card.branches.main?.at as Oid, last: { id: turnId(card.tool, 'none', 'user'), n: 2 } as Turn };
  lines.set('main', [first]);
  const names = () => [...lines.keys()];
  const pick = <One>(list: readonly One[]) => list[Math.floor(random() * list.length)] as One;
  for (let count = 0; count < turns; count += 1) {
    const name = random() < 0.2 ? `line-${lines.size}` : pick(names());
    const from = lines.get(name) ?? pick([...lines.values()]).slice(0, 1 + Math.floor(random() * 5));
    const ours = from.at(-1) ?? first;
    const theirs = random() < 0.25 ? pick([...lines.values()]).at(-1) : undefined;
    const merged = theirs && theirs.tip !== ours.tip ? theirs : undefined;
    const id = merged ? mergeId(ours.last.id, merged.last.id, `${count}`) : turnId(card.tool, `made-${count}`, 'user');
    const time = new Date(Date.UTC(2026, 1, 2, 3, Math.floor(random() * 30))).toISOString();
    const turn: Turn = {
      ...{ id, parent: ours.last.id, n: ours.last.n + 1, role: 'user', time },
      ...(merged ? { kind: 'merge' as const } : {}),
      steps: [{ parts: [{ kind: 'text', text: `Turn ${count}` }] }],
      records: { kept: [], others: [] },
    };
    const blob = await transaction.writer.blob(Buffer.from(printPage(turn).page));
    const tip = await transaction.writer.commit({
      parents: [ours.tip, ...(merged ? [merged.tip] : [])],
      changes: [[turnPath(turn.n, turn.role, turn.id), blob]],
      text: commitText({ turn: id, n: turn.n, role: 'user', subject: `Turn ${count}`, time, parentTime: 0 }),
    });
    lines.set(name, [...from, { tip, last: turn }]);
  }
  for (const [name, line] of lines) {
    const named = line.at(-1)?.tip ?? first.tip;
    const tip = typeof named === 'string' ? named : await transaction.writer.id(named);
    transaction.move(branchRef(card.tool, card.id, name), name === 'main' ? first.tip : null, tip);
    card = withBranch(card, name, 'at', tip);
  }
  transaction.page(cardPath(card.id), printCard(card));
  await transaction.commit({ command: 'test', sentence: 'Grew by chance' });
  await store.engine.close();
  return names();
}

async function only<One>(items: AsyncIterable<One>): Promise<One> {
  for await (const item of items) return item;
  throw new Error('there is none');
}

interface Logged {
  turns: { id: string }[];
  others?: { turns: { id: string }[] };
  mergeBase?: string;
  graph?: { turn: string; parents: string[] }[];
}

describe('ranges of conversations that fork and merge, against git', () => {
  for (const seed of full ? Array.from({ length: 40 }, (_, at) => at + 1) : [1, 2])
    test(`seed ${seed}`, async (t) => {
      const home = new ImportHome(t);
      const transcript = new Transcript();
      transcript.user('One');
      transcript.says('To one');
      await home.put(path, transcript.bytes);
      await cliData(home, ['import']);
      const random = randomFrom(seed);
      const names = await grow(home, random, 24);
      const prefix = gitOf(home.gitdir(), 'for-each-ref', '--format=%(refname)', 'refs/heads/claude-code')
        .trim()
        .split('\n')[0]
        ?.replace(/[^/]+$/, '');
      const turnsOf = (...range: string[]) =>
        gitOf(home.gitdir(), 'log', '--format=%(trailers:key=Convo-Turn,valueonly)', ...range)
          .split('\n')
          .filter(Boolean)
          .sort();
      const ids = (turns: readonly { id: string }[]) => turns.map(({ id }) => id).sort();
      for (let count = 0; count < (full ? 12 : 5); count += 1) {
        const [a, b] = [0, 1].map(() => names[Math.floor(random() * names.length)] ?? '');
        const told = await cliData<Logged>(home, ['log', `${a}..${b}`, '--turns'], { engine: count % 2 ? 'system' : 'isomorphic' });
        assert.deepEqual(ids(told.turns), turnsOf(`${prefix}${a}..${prefix}${b}`), `${a}..${b}`);
        const both = await cliData<Logged>(home, ['log', `${a}...${b}`, '--turns']);
        assert.deepEqual(
          [...ids(both.others?.turns ?? []), ...ids(both.turns)].sort(),
          turnsOf(`${prefix}${a}...${prefix}${b}`),
          `${a}...${b}`,
        );
        const { mergeBase = '' } = await cliData<Logged>(home, ['log', '--merge-base', a ?? '', b ?? '']);
        const all = gitOf(home.gitdir(), 'merge-base', '--all', `${prefix}${a}`, `${prefix}${b}`).trim().split('\n');
        assert.ok(all.includes(mergeBase), `${a} and ${b}`);
      }
      const graph = (await cliData<Logged>(home, ['log', '--graph'])).graph ?? [];
      const drawn = [...new Set(turnsOf('--branches=claude-code/*'))];
      assert.deepEqual(graph.map(({ turn }) => turn).sort(), drawn, 'every turn that a branch reaches is drawn, once');
    });
});
