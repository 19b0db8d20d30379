/** What was found out about a point of a thread. */
export type Verdict = 'good' | 'bad' | 'skip';

/** Where the search for the first bad of some points stands; points are told by their places. */
export type Search =
  /** `next` is to be judged; `left` points can be the first bad one besides it, which takes about `tests` more judgements. */
  | { state: 'open'; next: number; left: number; tests: number }
  | { state: 'found'; first: number }
  /** Everything that could tell more was skipped: the first bad one is among these. */
  | { state: 'among'; points: number[] }
  /** The last point is good, so nothing is bad. */
  | { state: 'good' }
  /** A later point is good where an earlier one is bad. */
  | { state: 'contradiction'; good: number; bad: number };

/**
 * Returns where the search stands among `count` points, of which what comes before the first is good. Nothing is taken for bad that was
 * not said to be: the last point is judged first.
 */
export function searchFirstBad(count: number, verdicts: ReadonlyMap<number, Verdict>): Search {
  const places = (wanted: Verdict) => [...verdicts].flatMap(([place, verdict]) => (verdict === wanted ? [place] : []));
  const good = Math.max(-1, ...places('good'));
  const bad = Math.min(count, ...places('bad'));
  if (bad < good) return { state: 'contradiction', good, bad };
  if (good === count - 1) return { state: 'good' };
  const last = Math.min(bad, count - 1);
  const between = Array.from({ length: last - good }, (_, at) => good + 1 + at);
  const unjudged = between.filter((place) => place !== bad && verdicts.get(place) !== 'skip');
  if (between.length === 1 && bad < count) return { state: 'found', first: bad };
  const middle = bad < count ? Math.floor((good + bad) / 2) : last;
  const next = unjudged.reduce<number | undefined>(
    (best, place) => (best === undefined || Math.abs(place - middle) < Math.abs(best - middle) ? place : best),
    undefined,
  );
  if (next === undefined) return { state: 'among', points: between };
  return { state: 'open', next, left: between.length - 1, tests: Math.ceil(Math.log2(between.length + (bad < count ? 0 : 1))) };
}
