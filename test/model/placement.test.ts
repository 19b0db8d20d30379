import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TurnId } from '../../src/model/ids.ts';
import { type Line, type Offered, type OfferedSource, place } from '../../src/model/placement.ts';

const id = (name: string) => name as TurnId;
const variantKey = (turn: TurnId, last: string) => `${turn}~${last}`;

/** `chain('a b c*2')`: turns that follow each other; `*n` = n records. */
function chain(text: string, parent: string | null = null): Offered[] {
  let above = parent === null ? null : id(parent);
  return text.split(' ').map((word) => {
    const [name = '', count = '1'] = word.split('*');
    const kept = Array.from({ length: Number(count) }, (_, index) => `${name}${index}`);
    const turn = { turn: id(name), parent: above, kept, others: 0 };
    above = turn.turn;
    return turn;
  });
}
const source = (name: string, turns: Offered[], base?: string): OfferedSource => ({
  source: name,
  turns,
  ...(base ? { base: id(base) } : {}),
});
const shape = (lines: Line[]) =>
  Object.fromEntries(lines.map((line) => [line.branch, line.turns.map((turn) => `${turn.turn}${turn.n}`).join(' ')]));
/** The plan as it would be stored: actions become commits. */
const stored = (lines: Line[]): Line[] =>
  lines.map((line) => {
    const point = (at: Line['tip']) => ('action' in at ? { commit: `c${at.action}` } : at);
    return { ...line, tip: point(line.tip), turns: line.turns.map((turn) => ({ ...turn, point: point(turn.point) })) };
  });

test('a first source becomes main, its rewinds become branches that leave where the person went back', () => {
  const { lines, actions } = place([], [source('s', [...chain('a b c d'), ...chain('e f', 'b')])], variantKey);
  assert.deepEqual(shape(lines), { main: 'a1 b2 c3 d4', 'main-e': 'a1 b2 e3 f4' });
  assert.deepEqual(
    actions.map((action) => [action.turn, action.after]),
    [
      ['a', null],
      ['b', { action: 0 }],
      ['c', { action: 1 }],
      ['d', { action: 2 }],
      ['e', { action: 1 }],
      ['f', { action: 4 }],
    ],
  );
});

test('importing again plans nothing', () => {
  const offered = [source('s', [...chain('a b c d'), ...chain('e f', 'b')])];
  const first = place([], offered, variantKey);
  assert.deepEqual(place(stored(first.lines), offered, variantKey).actions, []);
});

test('growth extends the branch that is bound to the source, and a turn with more records gets a further commit', () => {
  const first = place([], [source('s', chain('a b*2'))], variantKey);
  const second = place(stored(first.lines), [source('s', chain('a b*3 c d'))], variantKey);
  assert.deepEqual(
    second.actions.map((action) => [action.kind, action.turn, action.after, action.branch]),
    [
      ['grow', 'b', { commit: 'c1' }, 'main'],
      ['turn', 'c', { action: 0 }, 'main'],
      ['turn', 'd', { action: 1 }, 'main'],
    ],
  );
});

test('records that came after the end of a turn give it a further commit by its own source alone', () => {
  const late = (turns: Offered[]) => turns.map((turn) => (turn.turn === 'b' ? { ...turn, others: 1 } : turn));
  const first = place([], [source('s', chain('a b c'))], variantKey);
  assert.deepEqual(place(stored(first.lines), [source('copy', late(chain('a b c')))], variantKey).actions, []);
  const second = place(stored(first.lines), [source('s', late(chain('a b c')))], variantKey);
  assert.deepEqual(
    second.actions.map((action) => [action.kind, action.turn, action.after]),
    [['grow', 'b', { commit: 'c2' }]],
  );
  assert.deepEqual(place(stored(second.lines), [source('s', late(chain('a b c')))], variantKey).actions, []);
});

test('a native fork leaves at its last shared turn, even when that is a tip', () => {
  const first = place([], [source('s', chain('a b'))], variantKey);
  const second = place(stored(first.lines), [source('fork', chain('a b c'))], variantKey);
  assert.deepEqual(shape(second.lines), { main: 'a1 b2', 'main-c': 'a1 b2 c3' });
  const third = place(stored(second.lines), [source('s', chain('a b d')), source('fork', chain('a b c e'))], variantKey);
  assert.deepEqual(shape(third.lines), { main: 'a1 b2 d3', 'main-c': 'a1 b2 c3 e4' });
});

test('a copy that holds less than what is stored plans nothing', () => {
  const first = place([], [source('s', chain('a b*3 c'))], variantKey);
  assert.deepEqual(place(stored(first.lines), [source('copy', chain('a b*2'))], variantKey).actions, []);
});

test('a fork made inside a turn keeps its shorter version of that turn on a branch of its own', () => {
  const first = place([], [source('s', chain('a b*3 c'))], variantKey);
  const second = place(stored(first.lines), [source('fork', chain('a b*2 d'))], variantKey);
  assert.deepEqual(shape(second.lines), { main: 'a1 b2 c3', 'main-b~b1': 'a1 b2 d3' });
});

test('a source that begins at a turn of another hangs there', () => {
  const { lines } = place([], [source('s', chain('a b c')), source('fork', chain('d e'), 'b')], variantKey);
  assert.deepEqual(shape(lines), { main: 'a1 b2 c3', 'main-d': 'a1 b2 d3 e4' });
});

test('a detached line that repeats stored turns adopts their place', () => {
  const first = place([], [source('s', chain('a b c d'))], variantKey);
  const second = place(stored(first.lines), [source('fork', chain('c e'))], variantKey);
  assert.deepEqual(shape(second.lines), { main: 'a1 b2 c3 d4', 'main-e': 'a1 b2 c3 e4' });
});

test('copied turns are those of the original where it is known, and never stand for them', () => {
  const copied = (turns: Offered[]) => turns.map((turn) => (turn.turn < 'd' ? { ...turn, kept: [], others: turn.kept.length } : turn));
  const original = source('s', chain('a b c*2 d'));
  const fork = source('fork', copied(chain('b c*2 e')));
  const together = place([], [original, fork], variantKey);
  assert.deepEqual(shape(together.lines), { main: 'a1 b2 c3 d4', 'main-e': 'a1 b2 c3 e4' });
  for (const turns of ['b c*2 e', 'a b', 'b c*2']) {
    const alone = place([], [source('fork', copied(chain(turns)))], variantKey);
    const both = place(stored(alone.lines), [original], variantKey);
    assert.deepEqual(Object.values(shape(both.lines)), [...Object.values(shape(alone.lines)), 'a1 b2 c3 d4'], turns);
    assert.deepEqual(place(stored(both.lines), [original, source('fork', copied(chain(turns)))], variantKey).actions, []);
  }
});

test('a second root in one conversation becomes a branch of its own', () => {
  const { lines } = place([], [source('s', [...chain('a b'), ...chain('x y')])], variantKey);
  assert.deepEqual(shape(lines), { main: 'a1 b2', 'main-x': 'x1 y2' });
});

test('sources that tell two turns in opposite order do not put one turn into a line twice', () => {
  const first = place([], [source('s', chain('a b'))], variantKey);
  const second = place(stored(first.lines), [source('copy', chain('b a c'))], variantKey);
  for (const { turns } of second.lines) assert.equal(new Set(turns.map(({ turn }) => turn)).size, turns.length);
  assert.deepEqual(shape(second.lines), { main: 'a1 b2', 'main-c': 'a1 c2' });
  assert.deepEqual(place(stored(second.lines), [source('copy', chain('b a c'))], variantKey).actions, []);
});

const resumed = (name: string, turns: Offered[], resumes: string): OfferedSource => ({ ...source(name, turns), resumes: id(resumes) });
const marked = (turns: Offered[], mark: 'whole' | 'grown' = 'whole'): Offered[] =>
  turns.map((turn) => ({ ...turn, kept: mark === 'whole' ? [] : turn.kept, others: 3, marked: mark }));
const behind = (start: Offered[], text: string): Offered[] => [...start, ...chain(text, start.at(-1)?.turn)];

test('a resumed source goes on with the line that ends where it was resumed, whatever it tells of what was before', () => {
  const first = place([], [source('s', chain('a b*3 c d'))], variantKey);
  const again = resumed('m', behind(marked(chain('a b c d')), 'e f'), 'd');
  const second = place(stored(first.lines), [again], variantKey);
  assert.deepEqual(shape(second.lines), { main: 'a1 b2 c3 d4 e5 f6' });
  assert.deepEqual(second.lines[0]?.sources, ['s', 'm']);
  const third = place(
    stored(second.lines),
    [source('s', chain('a b*3 c d x')), resumed('m', behind(marked(chain('a b c d')), 'e f g'), 'd')],
    variantKey,
  );
  assert.deepEqual(shape(third.lines), { main: 'a1 b2 c3 d4 e5 f6 g7', 'main-x': 'a1 b2 c3 d4 x5' });
});

test('resumed in the middle it leaves there; records that the tool put behind the last turn come along', () => {
  const first = place([], [source('s', chain('a b*2 c d'))], variantKey);
  const { lines, actions } = place(stored(first.lines), [resumed('m', behind(chain('a b*3'), 'e'), 'b')], variantKey);
  assert.deepEqual(shape(lines), { main: 'a1 b2 c3 d4', 'main-b~b2': 'a1 b2 e3' });
  assert.deepEqual(
    actions.map((action) => [action.kind, action.turn, action.after]),
    [
      ['grow', 'b', { commit: 'c1' }],
      ['turn', 'e', { action: 0 }],
    ],
  );
  assert.deepEqual(place(stored(first.lines), [resumed('m', chain('a b*3'), 'b')], variantKey).actions, [], 'with nothing behind it');
});

test('it goes on behind a correction that its thread held, and a turn that was cut grows where the tool went on in it', () => {
  const first = place([], [source('s', chain('a b c d'))], variantKey);
  const [main] = stored(first.lines);
  assert.ok(main);
  const made = { turn: id('x'), n: 2, kept: [], others: 0, point: { commit: 'cx' } };
  const edited: Line = { ...main, turns: [...main.turns, made], tip: { commit: 'cx' }, end: id('d'), replaced: new Set([id('b')]) };
  const thread = [...marked(chain('a x')), ...chain('c d', 'x'), ...chain('e', 'd')];
  const { lines, actions } = place([edited], [resumed('m', thread, 'd')], variantKey);
  assert.deepEqual(actions, [{ kind: 'turn', offered: 0, turn: 'e', parent: 'd', n: 5, after: { commit: 'cx' }, branch: 'main' }]);
  assert.equal(lines.length, 1);
  const cut: Line = { branch: 'try', tip: { commit: 'cc' }, turns: [{ ...made, n: 1, point: { commit: 'cc' } }], sources: ['m'] };
  const grown = place([cut], [resumed('m', marked(chain('x*2'), 'grown'), 'x')], variantKey);
  assert.deepEqual(
    grown.actions.map((action) => [action.kind, action.turn, action.branch]),
    [['grow', 'x', 'try']],
  );
});
