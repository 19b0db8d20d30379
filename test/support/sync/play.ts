import { hash } from '../../../src/model/hash.ts';
import type { TurnId } from '../../../src/model/ids.ts';
import { ModelDevice } from './device.ts';
import { ModelRemote } from './remote.ts';

/** Numbers that look random, the same for the same seed (mulberry32). */
export class Chance {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  of<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }

  shuffled<Item>(items: readonly Item[]): Item[] {
    return items
      .map((item) => ({ item, at: this.next() }))
      .sort((a, b) => a.at - b.at)
      .map(({ item }) => item);
  }
}

const weights = { new: 3, grow: 20, turn: 20, copy: 8, nativeFork: 5, import: 25, fork: 5, merge: 5, label: 5, delete: 3, sync: 10 };
type Step = keyof typeof weights;
const steps = Object.entries(weights).flatMap(([step, weight]) => Array.from({ length: weight }, () => step as Step));
const day = 86_400;

export interface Played {
  devices: ModelDevice[];
  remote: ModelRemote;
}

/** Plays random work on some devices, then lets each sync twice in some order. */
export async function play(seed: number, count: number, operations: number): Promise<Played> {
  const chance = new Chance(seed);
  const devices = Array.from({ length: count }, (_, at) => new ModelDevice(at * day));
  const remote = new ModelRemote();
  let ids = 0;
  const fresh = (kind: string) => hash(kind, `${seed}`, `${ids++}`);
  const newTurn = () => ({ turn: fresh('turn').slice(0, 12) as TurnId, kept: [fresh('record').slice(0, 8)] });
  const offline = new Map<ModelDevice, number>();

  for (let done = 0; done < operations; done += 1) {
    const device = chance.of(devices);
    const step = chance.of(steps);
    if (step === 'sync' && (offline.get(device) ?? 0) <= done) {
      const cut = chance.next() < 0.4 ? chance.below(6) : undefined;
      const other = chance.of(devices);
      const between = chance.next() < 0.2 && other !== device ? async () => void (await other.sync(remote)) : undefined;
      await device.sync(remote, { ...(cut === undefined ? {} : { cut }), ...(between ? { between } : {}) });
      if (chance.next() < 0.1) offline.set(device, done + chance.below(operations / 2));
    } else if (step !== 'sync') act(device, step);
  }
  for (let round = 0; round < 2; round += 1)
    for (const device of chance.shuffled(devices)) if (!(await device.sync(remote))) throw new Error('a push that nobody disturbs arrives');
  return { devices, remote };

  function act(device: ModelDevice, step: Step): void {
    const { native, refs } = device;
    if (step === 'new') native.set(fresh('source').slice(0, 8), [newTurn()]);
    else if (step === 'import') device.importAll();
    else if (['grow', 'turn', 'copy', 'nativeFork'].includes(step)) write(device, step);
    else if (refs.size > 0) {
      const ref = chance.of([...refs.keys()].sort());
      const tip = refs.get(ref) ?? '';
      if (step === 'fork') device.fork(ref, chance.of([...device.objects.ancestors(tip)].sort()), `idea${chance.below(4)}`);
      else if (step === 'merge') device.merge(ref, chance.of([...refs.keys()].filter((one) => one.split('/')[0] === ref.split('/')[0])));
      else if (step === 'label') device.label(ref, `n${chance.below(100)}`);
      else device.delete(ref);
    }
  }

  function write(device: ModelDevice, step: Step): void {
    const { native } = device;
    if (native.size === 0) return;
    const source = chance.of([...native.keys()].sort());
    const turns = native.get(source) ?? [];
    const last = turns.at(-1);
    if (step === 'grow' && last) turns[turns.length - 1] = { ...last, kept: [...last.kept, fresh('record').slice(0, 8)] };
    else if (step === 'turn') turns.push(newTurn());
    else if (step === 'nativeFork') native.set(fresh('source').slice(0, 8), [...turns.slice(0, 1 + chance.below(turns.length)), newTurn()]);
    else {
      const other = chance.of(devices);
      const name = other.native.has(source) ? `${source}${ids++}` : source;
      other.native.set(name, turns.slice(0, 1 + chance.below(turns.length)));
    }
  }
}
