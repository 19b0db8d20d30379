import { diffArrays } from 'diff';
import { type Budget, spend } from './budget.ts';

/** `=` stands in both texts, `-` in the first only, `+` in the second only. */
export type Piece = readonly [mark: '=' | '-' | '+', text: string];

/** Two texts compared: what is not `+` is the first one, what is not `-` the second. */
export interface TextDiff {
  /** How fine the comparison is; coarser where the texts have little in common, or too much would have to be tried. */
  by: 'words' | 'lines' | 'whole';
  /** Empty for two empty texts; a `-` stands before the `+` that replaces it. */
  pieces: Piece[];
}

/** Steps for one text at most, so that one cannot use up the budget of all. */
const workOfOne = 2_000_000;
/** Below this likeness, words in both are there by chance. */
const related = 0.3;

/** Returns the difference of two texts, found within the budget. Changing the sides changes `-` and `+`, and nothing else. */
export function diffText(a: string, b: string, budget: Budget): TextDiff {
  if (a === b) return { by: 'words', pieces: a === '' ? [] : [['=', a]] };
  return a < b ? diffInOrder(a, b, budget) : mirrored(diffInOrder(b, a, budget));
}

function diffInOrder(a: string, b: string, budget: Budget): TextDiff {
  if (a === '' || b === '') return replaced(a, b);
  const words = inWords(a, b, budget);
  if (words) return { by: 'words', pieces: words };
  const lines = spend(budget, a.length + b.length) ? compare(linesOf(a), linesOf(b), budget) : undefined;
  return lines ? { by: 'lines', pieces: refined(lines, budget) } : replaced(a, b);
}

/** Lines that took the place of others are compared by words where they have enough in common. */
function refined(pieces: readonly Piece[], budget: Budget): Piece[] {
  return joined(
    pieces.flatMap((piece, at): Piece[] => {
      const [before, after] = [pieces[at - 1], pieces[at + 1]];
      if (piece[0] === '-' && after?.[0] === '+') return [...(inWords(piece[1], after[1], budget) ?? [piece, after])];
      return piece[0] === '+' && before?.[0] === '-' ? [] : [piece];
    }),
  );
}

function inWords(a: string, b: string, budget: Budget): Piece[] | undefined {
  const words = spend(budget, a.length + b.length) ? compare(wordsOf(a), wordsOf(b), budget) : undefined;
  return words && tidy(words);
}

const replaced = (a: string, b: string): TextDiff => ({
  by: 'whole',
  pieces: joined([
    ['-', a],
    ['+', b],
  ]),
});
const swapped = { '=': '=', '-': '+', '+': '-' } as const;

function mirrored({ by, pieces }: TextDiff): TextDiff {
  return { by, pieces: joined(pieces.map(([mark, text]) => [swapped[mark], text])) };
}

/** Words, runs of spaces, line ends, and every other character by itself. */
const wordsOf = (text: string): string[] =>
  text.match(
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|\p{N}+(?:[.:,]\p{N}+)+|[\p{L}\p{N}\p{M}_]+(?:['’]\p{L}+)*|\r?\n|[^\S\r\n]+|[\s\S]/gu,
  ) ?? [];
const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** Myers over tokens; undefined where they have too little in common, or finding out would cost too much. */
function compare(a: readonly string[], b: readonly string[], budget: Budget): Piece[] | undefined {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  const middle = compareMiddle(a.slice(head, a.length - tail), b.slice(head, b.length - tail), head + tail, budget);
  if (!middle) return undefined;
  return joined([['=', a.slice(0, head).join('')], ...middle, ['=', a.slice(a.length - tail).join('')]]);
}

function compareMiddle(a: string[], b: string[], equal: number, budget: Budget): Piece[] | undefined {
  if (a.length === 0 || b.length === 0)
    return [
      ['-', a.join('')],
      ['+', b.join('')],
    ];
  const { shared, weight } = inCommon(a, b);
  if (equal * 2 < a.length + b.length && weight < related) return undefined;
  const least = a.length + b.length - 2 * shared;
  const allowed = Math.min(workOfOne, budget.left);
  // Distance d costs d² / 2 steps of the search.
  const most = Math.floor(Math.sqrt(2 * allowed));
  const found = least <= most ? diffArrays(a, b, { maxEditLength: most }) : undefined;
  if (!found) {
    if (least <= most) spend(budget, allowed);
    return undefined;
  }
  const changed = found.reduce((sum, { added, removed, count }) => sum + (added || removed ? count : 0), 0);
  spend(budget, Math.min(budget.left, Math.ceil((changed * changed) / 2)));
  return found.map(({ added, removed, value }): Piece => [added ? '+' : removed ? '-' : '=', value.join('')]);
}

/** Tokens in both, and how alike the longer words of both are, 0 to 1. */
function inCommon(a: readonly string[], b: readonly string[]): { shared: number; weight: number } {
  const counts = new Map<string, number>();
  for (const token of a) counts.set(token, (counts.get(token) ?? 0) + 1);
  let [shared, both] = [0, 0];
  for (const token of b) {
    const left = counts.get(token) ?? 0;
    if (left === 0) continue;
    counts.set(token, left - 1);
    shared += 1;
    if (token.length > 3) both += 1;
  }
  const long = (tokens: readonly string[]) => tokens.reduce((sum, token) => sum + (token.length > 3 ? 1 : 0), 0);
  const all = long(a) + long(b);
  return { shared, weight: all === 0 ? (2 * shared) / (a.length + b.length) : (2 * both) / all };
}

/** One `-` and one `+` between two `=`, in that order; nothing empty. */
function joined(pieces: readonly Piece[]): Piece[] {
  const all: Piece[] = [];
  let [gone, come, same] = ['', '', ''];
  const flush = () => {
    if (same !== '') all.push(['=', same]);
    if (gone !== '') all.push(['-', gone]);
    if (come !== '') all.push(['+', come]);
    [gone, come, same] = ['', '', ''];
  };
  for (const [mark, text] of pieces) {
    if (text === '') continue;
    if (mark === '=' && (gone !== '' || come !== '')) flush();
    if (mark === '=') same += text;
    else if (mark === '-') gone += text;
    else come += text;
  }
  flush();
  return all;
}

/**
 * What stands between two changes and is shorter than both is there by chance, and a space or a sign belongs to both: words that changed
 * together read as one change.
 */
function tidy(pieces: readonly Piece[]): Piece[] {
  const sizes = changeSizes(pieces);
  return joined(
    pieces.flatMap(([mark, text], at): Piece[] => {
      if (mark !== '=' || text.includes('\n')) return [[mark, text]];
      const [before, after] = [sizes[at - 1] ?? 0, sizes[at + 1] ?? 0];
      const sign = before > 0 && after > 0 && /^[^\p{L}\p{N}]{1,3}$/u.test(text);
      const chance = text.length <= before && text.length <= after;
      return sign || chance
        ? [
            ['-', text],
            ['+', text],
          ]
        : [[mark, text]];
    }),
  );
}

/** For each piece of a change the greater of what went and what came there; 0 for what is in both. */
function changeSizes(pieces: readonly Piece[]): number[] {
  return pieces.map(([mark, text], at) => {
    const other = mark === '-' ? pieces[at + 1] : pieces[at - 1];
    const partner = other && other[0] !== '=' && other[0] !== mark ? other[1].length : 0;
    return mark === '=' ? 0 : Math.max(text.length, partner);
  });
}
