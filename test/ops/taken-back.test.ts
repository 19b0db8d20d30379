import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Transcript, uuidOf } from '../support/claude-code.ts';
import { cli, cliData } from '../support/cli-home.ts';
import { ImportHome } from '../support/import-home.ts';
import { randomFrom } from '../support/mutate.ts';
import { stateOf } from '../support/store-state.ts';
import { fsckOf, gitOf } from '../support/told-store.ts';

const full = process.env.CONVO_CAMPAIGN === 'full';
const length = full ? 50 : 16;
const seeds = full ? [1, 2, 3, 4, 5, 6, 7, 8] : [1];

interface Listed {
  conversations: { id: string; branches: { name: string; turns: number }[] }[];
}

/** Somebody at work: transcripts that grow, and commands chosen by chance. */
class AtWork {
  readonly home: ImportHome;
  private readonly engine: 'system' | 'isomorphic';
  private readonly random: () => number;
  private readonly transcripts = [0, 1, 2].map((number) => new Transcript({ sessionId: `5e551000-0000-4000-8000-00000000000${number}` }));
  private records = 0;

  constructor(home: ImportHome, engine: 'system' | 'isomorphic', seed: number) {
    this.home = home;
    this.engine = engine;
    this.random = randomFrom(seed);
  }

  run<Data>(...argv: string[]): Promise<Data> {
    return cliData<Data>(this.home, argv, { engine: this.engine });
  }

  private pick<One>(list: readonly One[]): One {
    return list[Math.floor(this.random() * list.length)] as One;
  }

  /** A transcript goes on, or back to an earlier prompt. */
  async grow(): Promise<void> {
    const number = Math.floor(this.random() * 3);
    const t = this.transcripts[number] as Transcript;
    const id = (number + 1) * 1_000_000 + this.records;
    this.records += 10;
    const rewind = t.last !== undefined && this.random() < 0.25 ? { parentUuid: uuidOf(this.firstAnswer(number)) } : {};
    t.user(`Question ${id}`, { uuid: uuidOf(id), ...rewind });
    t.calls(`toolu_${id}`, 'Bash', { command: 'ls' }, { uuid: uuidOf(id + 1) });
    t.result(`toolu_${id}`, 'a b', { uuid: uuidOf(id + 2) });
    t.says(`Answer ${id}`, { uuid: uuidOf(id + 3) });
    this.first.set(number, this.first.get(number) ?? id + 3);
    await this.home.put(`.claude/projects/-w-lines/5e551000-0000-4000-8000-00000000000${number}.jsonl`, t.bytes);
  }

  private readonly first = new Map<number, number>();
  private firstAnswer(number: number): number {
    return this.first.get(number) ?? 0;
  }

  /** One command line; what is refused (a name that is taken, a last branch) changes nothing. */
  async step(): Promise<string[]> {
    const { conversations } = await this.run<Listed>('branch', '--all');
    const conversation = this.pick(conversations.filter(({ branches }) => branches.length > 0));
    const branch = conversation && this.pick(conversation.branches);
    const place = `${conversation?.id}/${branch?.name}`;
    const turn = 1 + Math.floor(this.random() * (branch?.turns ?? 1));
    const all = conversations.flatMap(({ id, branches }) => branches.map((one) => `${id}/${one.name}`));
    const name = `try-${Math.floor(this.random() * 6)}`;
    const commands = [
      ['import'],
      ['import'],
      ['import', '--again'],
      ['branch', name, `${place}@${turn}`],
      ['branch', name, `${place}@${turn}.1`],
      ['switch', '-c', name, place],
      ['branch', '-m', place, this.pick(['with redis', 'shorter', 'the first'])],
      ['merge', this.pick(all), '--into', place],
      ['merge', this.pick(all), '--into', place, '--all', '--both'],
      ['cherry-pick', `${this.pick(all)}@2`, '--into', place],
      ['revert', `${place}@${turn}`],
      ['amend', `${place}@${turn}`, '-m', 'Said otherwise'],
      ['branch', '-D', place],
      ['branch', '-d', place],
      ['merge', '--abort'],
      ['tag', conversation?.id ?? '', this.pick(['parser', 'later'])],
      ['tag', '-d', conversation?.id ?? '', 'later'],
      ['edit', conversation?.id ?? '', '--status', this.pick(['waiting', 'done', ''])],
      ['rename', conversation?.id ?? '', this.pick(['Ls', 'Lines'])],
      ['undo'],
      ['redo'],
    ];
    const argv = this.pick(conversation ? commands : commands.slice(0, 2));
    if (argv[0] === 'import') await this.grow();
    const ran = await cli(this.home, argv, { engine: this.engine });
    assert.ok([0, 1, 4].includes(ran.exit), `${argv.join(' ')}: ${ran.err}`);
    return argv;
  }
}

const allObjects = (gitdir: string) => gitOf(gitdir, 'rev-list', '--all', '--objects', '--no-object-names').split('\n').filter(Boolean);

describe('whatever was done', () => {
  for (const engine of ['system', 'isomorphic'] as const)
    for (const seed of seeds)
      test(`${engine} ${seed}: ${length} commands by chance are taken back by as many undos, and nothing that was reachable is ever lost`, async (t) => {
        const home = new ImportHome(t);
        const work = new AtWork(home, engine, seed);
        await work.grow();
        await work.grow();
        await work.run('import');
        const first = stateOf(home.gitdir());
        const origin = gitOf(home.gitdir(), 'rev-parse', 'refs/convo/ops').trim();
        const typed: string[] = [];
        let objects = allObjects(home.gitdir());
        const gc = () => {
          gitOf(home.gitdir(), 'gc', '--prune=now', '--quiet');
          const now = new Set(allObjects(home.gitdir()));
          const lost = objects.filter((oid) => !now.has(oid));
          assert.deepEqual(lost, [], `lost after ${typed.join(', ')}`);
          objects = [...now];
        };
        for (let count = 0; count < length; count += 1) {
          const argv = await work.step();
          typed.push(argv.join(' '));
          // An undo of everything would have nothing left to be compared with.
          if (topOf(home) === null) await work.run('redo');
          if (count % 5 === 0) gc();
        }
        const verified = await cli(home, ['verify'], { engine });
        assert.equal(verified.exit, 0, `${typed.join('\n')}\n${verified.out}`);
        while (topOf(home) !== origin) {
          await work.run('undo');
          if (topOf(home) !== origin && typed.length % 3 === 0) gc();
        }
        gc();
        assert.deepEqual(stateOf(home.gitdir()), first, typed.join('\n'));
        assert.equal(fsckOf(home.gitdir()), '');
        assert.equal((await cli(home, ['verify'], { engine })).exit, 0);
      });
});

interface Stored {
  next?: { undo: string | null };
}

/** The operation that the next undo would take back. */
function topOf(home: ImportHome): string | null {
  const tip = gitOf(home.gitdir(), 'rev-parse', 'refs/convo/ops').trim();
  const stored = JSON.parse(gitOf(home.gitdir(), 'show', `${tip}:operation.json`)) as Stored;
  return stored.next ? stored.next.undo : tip;
}
