import { existsSync } from 'node:fs';
import { hash } from '../../../src/model/hash.ts';
import { Transcript } from '../claude-code.ts';
import { cli, cliData } from '../cli-home.ts';
import type { Machine } from '../machine.ts';
import { gitOf } from '../told-store.ts';
import type { Chance } from './play.ts';

interface Written {
  path: string;
  transcript: Transcript;
  /** Uuids of its answers, the last one left out: where one may go back to. */
  answers: string[];
  open?: string;
}

interface Listed {
  conversations: { id: string; branches: { name: string }[] }[];
}

const weights = {
  start: 2,
  exchange: 10,
  call: 4,
  back: 3,
  copy: 4,
  branch: 3,
  delete: 2,
  merge: 3,
  pick: 2,
  amend: 3,
  revert: 2,
  label: 4,
  undo: 2,
  import: 10,
  sync: 8,
};
type Step = keyof typeof weights;
const steps = Object.entries(weights).flatMap(([step, weight]) => Array.from({ length: weight }, () => step as Step));

/** What people do on a machine, by chance, through the command line and the files of a tool. */
export class Work {
  readonly machine: Machine;
  private readonly files = new Map<string, Written>();
  private readonly chance: Chance;
  /** Turns that a command took away. */
  readonly taken = new Set<string>();
  readonly seen = new Set<string>();
  static ids = 0;

  constructor(machine: Machine, chance: Chance) {
    this.machine = machine;
    this.chance = chance;
  }

  /** Ids of the turns that branches lead to. */
  turns(gitdir = this.machine.gitdir): Set<string> {
    if (!existsSync(gitdir)) return new Set();
    const told = gitOf(gitdir, 'log', '--branches', '--format=%(trailers:key=Convo-Turn,valueonly,separator=)');
    return new Set(told.split('\n').filter(Boolean));
  }

  private uuid(): string {
    Work.ids += 1;
    const text = Buffer.from(hash('uuid', `${Work.ids}`)).toString('hex');
    return `${text.slice(0, 8)}-${text.slice(8, 12)}-4${text.slice(13, 16)}-8${text.slice(17, 20)}-${text.slice(20, 32)}`;
  }

  async step(others: readonly Work[]): Promise<void> {
    const step = this.chance.of(steps);
    if (['start', 'exchange', 'call', 'back', 'copy'].includes(step)) await this.write(step, others);
    else if (step === 'import') await this.import();
    else if (step === 'sync') await this.machine.sync();
    else await this.command(step);
  }

  /** One more exchange in a file, its own or one that another machine has too, and its import. */
  async exchange(others: readonly Work[]): Promise<void> {
    await this.write(this.chance.of(['start', 'exchange', 'exchange', 'call', 'copy'] as const), others);
    await this.import();
  }

  async import(): Promise<void> {
    await this.machine.import();
    for (const turn of this.turns()) this.seen.add(turn);
  }

  private async write(step: Step, others: readonly Work[]): Promise<void> {
    const known = [...this.files.values()];
    if (step === 'start' || known.length === 0) return this.start();
    const file = this.chance.of(known);
    const { transcript } = file;
    if (step === 'copy') return this.chance.of(others).take(file);
    const ask = (parentUuid?: string) => transcript.user(`Ask ${Work.ids}`, { uuid: this.uuid(), ...(parentUuid ? { parentUuid } : {}) });
    if (file.open !== undefined) {
      transcript.result(file.open, `Result ${Work.ids}`, { uuid: this.uuid() });
      delete file.open;
    } else ask(step === 'back' && file.answers.length > 1 ? this.chance.of(file.answers) : undefined);
    if (step === 'call') {
      file.open = `toolu_${Work.ids}`;
      transcript.calls(file.open, 'Bash', { command: `ls ${Work.ids}` }, { uuid: this.uuid(), id: `msg_${Work.ids}` });
    } else file.answers.push(transcript.says(`Answer ${Work.ids}`, { uuid: this.uuid(), id: `msg_${Work.ids}` }));
    await this.machine.home.put(file.path, transcript.bytes);
  }

  private async start(): Promise<void> {
    const session = this.uuid();
    const transcript = new Transcript({ sessionId: session });
    transcript.user(`First ask ${Work.ids}`, { uuid: this.uuid() });
    const answer = transcript.says(`First answer ${Work.ids}`, { uuid: this.uuid(), id: `msg_${Work.ids}` });
    const file = { path: `.claude/projects/-w-lines/${session}.jsonl`, transcript, answers: [answer] };
    this.files.set(file.path, file);
    await this.machine.home.put(file.path, transcript.bytes);
  }

  /** The home folder of one machine copied to another, where both go on. */
  private async take({ path, transcript, answers, open }: Written): Promise<void> {
    if (this.files.has(path)) return;
    const copy = Object.assign(new Transcript({ sessionId: path.slice(-42, -6) }), { last: transcript.last });
    copy.lines.push(...transcript.lines);
    this.files.set(path, { path, transcript: copy, answers: [...answers], ...(open === undefined ? {} : { open }) });
    await this.machine.home.put(path, copy.bytes);
  }

  private async command(step: Step): Promise<void> {
    const { home } = this.machine;
    const before = this.turns();
    if (before.size === 0) return;
    const { conversations } = await cliData<Listed>(home, ['branch', '--all']);
    if (conversations.length === 0) return;
    const { id: conversation, branches } = this.chance.of(conversations);
    const [one, other] = [`${conversation}/${this.chance.of(branches).name}`, `${conversation}/${this.chance.of(branches).name}`];
    const word = `word${this.chance.below(4)}`;
    const lines: Partial<Record<Step, string[]>> = {
      branch: ['branch', word, `${one}@1`],
      delete: ['branch', '-D', one],
      merge: ['merge', one, '--into', other],
      pick: ['cherry-pick', `${other}@${1 + this.chance.below(3)}`, '--into', one],
      amend: ['amend', `${one}@${1 + this.chance.below(3)}`, '-m', `Corrected ${word}`],
      revert: ['revert', `${one}@${1 + this.chance.below(3)}`],
      label: this.chance.of([
        ['tag', conversation, word],
        ['rename', conversation, `Title ${word}`],
        ['branch', '-m', one, `label ${word}`],
      ]),
      undo: ['undo'],
    };
    const ran = await cli(home, lines[step] ?? []);
    if (![0, 1, 2, 4].includes(ran.exit)) throw new Error(`${lines[step]?.join(' ')}: ${ran.err}`);
    if (ran.exit === 4) await cli(home, ['merge', '--continue', '--both']);
    const after = this.turns();
    for (const turn of before) if (!after.has(turn)) this.taken.add(turn);
    for (const turn of after) this.seen.add(turn);
  }
}
