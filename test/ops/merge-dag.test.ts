import assert from 'node:assert/strict';
import { cpSync, rmSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { type CliOptions, cli, cliData } from '../support/cli-home.ts';
import { ImportHome } from '../support/import-home.ts';
import { forked, path } from '../support/merge-home.ts';
import { fsckOf, gitOf } from '../support/told-store.ts';

const runs = process.env.CONVO_CAMPAIGN === 'full' ? 60 : 4;

interface Listed {
  conversations: { id: string; tool: string; branches: { name: string; turns: number }[] }[];
}
interface Place {
  name: string;
  ref: string;
  turns: number;
}
interface Merged {
  did: string;
  commit?: string;
}

/** What somebody does next; numbers are taken by what there is to choose from. */
const actions = fc.array(
  fc.oneof(
    fc.record({ does: fc.constant('fork' as const), at: fc.nat(), turn: fc.nat() }),
    fc.record({ does: fc.constant('pick' as const), at: fc.nat(), turn: fc.nat(), into: fc.nat() }),
    fc.record({ does: fc.constant('amend' as const), at: fc.nat(), turn: fc.nat() }),
    fc.record({ does: fc.constant('revert' as const), at: fc.nat(), turn: fc.nat() }),
    fc.record({
      does: fc.constant('merge' as const),
      at: fc.nat(),
      into: fc.nat(),
      turn: fc.option(fc.nat()),
      how: fc.constantFrom([], ['--all'], ['--turns', '1']),
    }),
  ),
  { minLength: 3, maxLength: 8 },
);

/** Conversations that begin as one does and become any graph. */
class Graph {
  readonly home: ImportHome;
  private readonly options: CliOptions;
  private count = 0;

  constructor(home: ImportHome, options: CliOptions) {
    this.home = home;
    this.options = options;
  }

  get gitdir(): string {
    return this.home.gitdir(this.options.store);
  }

  git(...args: string[]): string {
    return gitOf(this.gitdir, ...args).trim();
  }

  run<Data>(...argv: string[]): Promise<Data> {
    return cliData<Data>(this.home, argv, this.options);
  }

  async places(): Promise<Place[]> {
    const { conversations } = await this.run<Listed>('branch', '--all');
    return conversations.flatMap(({ id, tool, branches }) =>
      branches.map(({ name, turns }) => ({ name: `${id}/${name}`, ref: `refs/heads/${tool}/${id}/${name}`, turns })),
    );
  }

  /** Every turn that a commit brought which this one reaches. */
  turns(commit: string): Set<string> {
    return new Set(this.git('log', '--format=%(trailers:key=Convo-Turn,valueonly)', commit).split('\n').filter(Boolean));
  }

  refs(): Map<string, string> {
    const lines = this.git('for-each-ref', '--format=%(refname) %(objectname)', 'refs/heads/claude-code', 'refs/convo/raw').split('\n');
    return new Map(lines.map((line) => line.split(' ') as [string, string]));
  }

  /** Returns whether it was done: a branch may end with no turn left to be corrected. */
  async does(...argv: string[]): Promise<boolean> {
    const { exit, err } = await cli(this.home, argv, this.options);
    assert.ok(exit === 0 || exit === 1, `${argv.join(' ')}: ${err}`);
    return exit === 0;
  }

  fork(at: string): Promise<boolean> {
    this.count += 1;
    return this.does('branch', `b${this.count}`, at);
  }

  async merge(from: Place, into: Place, turn: number | undefined, how: readonly string[]): Promise<void> {
    const before = this.refs();
    const tip = before.get(into.ref) ?? assert.fail();
    const told = turn === undefined ? from.name : `${from.name}@${turn}`;
    const argv = ['merge', told, '--into', into.name, ...how, '--both'];
    const theirs = await this.run<{ turns: { id: string }[] }>('log', told, '--reverse');
    const ours = this.turns(tip);
    const { exit, out, err } = await cli(this.home, [...argv, '--json'], this.options);
    const now = this.refs();
    if (exit !== 0) {
      assert.match(err, /"nothing-to-pick"/, 'what was taken out on both sides cannot be brought');
      return assert.deepEqual(now, before);
    }
    const done = (JSON.parse(out) as { data: Merged }).data;
    const commit = now.get(into.ref) ?? assert.fail();
    now.set(into.ref, tip);
    assert.deepEqual(now, before, `${argv}: no other ref moves`);
    if (done.did === 'nothing') return assert.equal(commit, tip);
    assert.equal(done.did, 'merged');
    const kept = this.turns(commit);
    for (const id of [...ours, ...theirs.turns.map((one) => one.id)]) assert.ok(kept.has(id), `${argv}: turn ${id} is kept`);
    if (turn === undefined) assert.equal(this.git('merge-base', commit, from.ref), before.get(from.ref), `${argv}: their tip is ours too`);
    assert.equal(this.git('merge-base', commit, tip), tip);
    assert.equal((await this.run<Merged>('merge', told, '--into', into.name, '--both')).did, 'nothing', `${argv} once more`);
  }
}

for (const engine of ['system', 'isomorphic'] as const)
  test(`${engine}: in any graph a merge keeps every turn of both sides, moves no other ref, and is made once`, async (t) => {
    const home = new ImportHome(t);
    await home.put(path, forked().bytes);
    await home.put(path.replace('000000000000', '000000000001'), forked(true).bytes);
    await cliData(home, ['import'], { engine });
    let count = 0;
    const property = fc.asyncProperty(actions, async (all) => {
      count += 1;
      const store = `store-${count}`;
      cpSync(home.store(), home.store(store), { recursive: true });
      const graph = new Graph(home, { engine, store });
      for (const action of all) {
        const places = await graph.places();
        const at = places[action.at % places.length] ?? assert.fail();
        const n = 1 + ((action.turn ?? 0) % at.turns);
        if (action.does === 'fork') await graph.fork(`${at.name}@${n}`);
        else if (action.does === 'amend') await graph.does('amend', `${at.name}@${n}`, '-m', `Said otherwise ${n}`);
        else if (action.does === 'revert') await graph.does('revert', `${at.name}@${n}`);
        else {
          const into = places[action.into % places.length] ?? assert.fail();
          if (action.does === 'pick') await graph.does('cherry-pick', `${at.name}@${n}`, '--into', into.name);
          else await graph.merge(at, into, action.turn === null ? undefined : n, action.how);
        }
      }
      const refs = graph.refs();
      for (const { name } of await graph.places()) {
        assert.equal((await graph.run<Merged>('merge', name, '--into', name)).did, 'nothing', `${name} with itself`);
      }
      assert.deepEqual(graph.refs(), refs);
      assert.equal(fsckOf(graph.gitdir), '');
      rmSync(home.store(store), { recursive: true });
    });
    await fc.assert(property, { numRuns: runs });
  });
