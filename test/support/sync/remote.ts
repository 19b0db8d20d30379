import { ModelObjects, type ModelObjects as Objects } from './commits.ts';
import type { Cards, Refs } from './device.ts';

/** A bare repository behind a wire: refs move by compare-and-swap, and what is forced is counted. */
export class ModelRemote {
  readonly objects = new ModelObjects();
  readonly refs: Refs = new Map();
  cards: Cards = new Map();
  version = 0;
  forced = 0;

  push(from: Objects, ref: string, old: string | undefined, to: string | undefined): boolean {
    if (this.refs.get(ref) !== old) return false;
    if (to === undefined) return this.refs.delete(ref);
    this.objects.copyFrom(from, to);
    if (old !== undefined && !this.objects.ancestors(to).has(old)) this.forced += 1;
    this.refs.set(ref, to);
    return true;
  }

  pushCards(version: number, cards: Cards): boolean {
    if (this.version !== version) return false;
    this.cards = new Map(cards);
    this.version += 1;
    return true;
  }
}
