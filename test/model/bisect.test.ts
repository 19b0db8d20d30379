import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { searchFirstBad, type Verdict } from '../../src/model/bisect.ts';

const placeIn = (count: number) => fc.nat({ max: count - 1 });

/** A number of points, the first bad one, and those that cannot be judged. */
const cases = fc
  .integer({ min: 1, max: 40 })
  .chain((count) => fc.tuple(fc.constant(count), fc.nat({ max: count }), fc.uniqueArray(placeIn(count))));

/** Judges until nothing is open; never a point twice. */
function searched(count: number, judge: (place: number) => Verdict) {
  const verdicts = new Map<number, Verdict>();
  for (;;) {
    const search = searchFirstBad(count, verdicts);
    if (search.state !== 'open') return { search, judged: verdicts.size };
    assert.ok(!verdicts.has(search.next), 'asked twice');
    verdicts.set(search.next, judge(search.next));
  }
}

test('finds the first bad point, in as many judgements as halving takes', () => {
  fc.assert(
    fc.property(cases, ([count, first]) => {
      const { search, judged } = searched(count, (place) => (place < first ? 'good' : 'bad'));
      assert.deepEqual(search, first === count ? { state: 'good' } : { state: 'found', first });
      assert.ok(judged <= Math.ceil(Math.log2(count)) + 1, `${judged} judgements of ${count}`);
    }),
  );
});

test('where points were skipped, the first bad one is found or is among those that are told, and none of those was judged good', () => {
  fc.assert(
    fc.property(cases, ([count, first, skipped]) => {
      const judge = (place: number): Verdict => (skipped.includes(place) ? 'skip' : place < first ? 'good' : 'bad');
      const { search } = searched(count, judge);
      if (search.state === 'good') assert.equal(first, count);
      else if (search.state === 'found') assert.equal(search.first, first);
      else {
        assert.ok(search.state === 'among');
        assert.ok(search.points.includes(first) || first === count);
        assert.deepEqual(
          search.points.filter((place) => judge(place) === 'good'),
          [],
        );
        assert.ok(search.points.slice(0, -1).every((place) => skipped.includes(place)));
      }
    }),
  );
});

test('a good point behind a bad one is a contradiction, not an answer', () => {
  assert.deepEqual(
    searchFirstBad(
      5,
      new Map([
        [1, 'bad'],
        [3, 'good'],
      ]),
    ),
    { state: 'contradiction', good: 3, bad: 1 },
  );
});
