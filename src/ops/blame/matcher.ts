import { builtin } from '../../builtin.ts';
import { fail } from '../../errors.ts';

/** What is looked for. */
export interface Pattern {
  text: string;
  /** As a regular expression of JavaScript, each line for itself. */
  regex: boolean;
  ignoreCase: boolean;
}

/** A line in which the pattern was found. */
export interface FoundLine {
  /** Which of the texts. */
  text: number;
  line: string;
  /** Where in the line, in UTF-16 units. */
  at: number;
  length: number;
}

/** Finds lines in texts, in order; undefined where that takes too long. */
export type Matcher = (texts: readonly string[]) => FoundLine[] | undefined;

/** Longer than any pattern that halts in good time takes for one turn. */
const patience = 3_000;

/** Returns what finds a pattern. Throws `bad-value` for what is no regular expression. */
export function matcherOf(pattern: Pattern): Matcher {
  return pattern.regex ? regexMatcher(pattern) : literalMatcher(pattern);
}

function literalMatcher({ text: wanted, ignoreCase }: Pattern): Matcher {
  const fold = (text: string) => (ignoreCase ? foldCase(text) : text);
  const folded = fold(wanted);
  return (texts) =>
    texts.flatMap((text, index) => {
      const found: FoundLine[] = [];
      const inside = fold(text);
      for (let at = inside.indexOf(folded); at >= 0; ) {
        const start = text.lastIndexOf('\n', at - 1) + (at === 0 ? 0 : 1);
        const end = text.indexOf('\n', at);
        const line = text.slice(at === 0 ? 0 : start, end < 0 ? undefined : end);
        found.push({ text: index, line, at: at - (at === 0 ? 0 : start), length: wanted.length });
        at = end < 0 ? -1 : inside.indexOf(folded, end + 1);
      }
      return found;
    });
}

/** Lower case where that keeps places: a few letters grow by it. */
function foldCase(text: string): string {
  const lower = text.toLowerCase();
  return lower.length === text.length
    ? lower
    : [...text].map((one) => (one.toLowerCase().length === one.length ? one.toLowerCase() : one)).join('');
}

const search = `(() => {
  const found = [];
  for (let i = 0; i < lines.length; i += 1) {
    const match = regex.exec(lines[i]);
    if (match) found.push([i, match.index, match[0].length]);
  }
  return found;
})()`;

/** node ends a script that outlasts its time, also in the midst of a backtracking expression: so the worst pattern ends too. */
function regexMatcher(pattern: Pattern): Matcher {
  const { vm } = builtin;
  const sandbox: { regex: RegExp; lines: string[] } = { regex: regexOf(pattern), lines: [] };
  const script = new vm.Script(search);
  const scope = vm.createContext(sandbox);
  return (texts) => {
    const lines = texts.flatMap((text, index) => text.split('\n').map((line) => ({ line, index })));
    sandbox.lines = lines.map(({ line }) => line);
    try {
      const found: [number, number, number][] = script.runInContext(scope, { timeout: patience });
      return found.map(([line, at, length]) => ({ text: lines[line]?.index ?? 0, line: lines[line]?.line ?? '', at, length }));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined;
      throw error;
    }
  };
}

function regexOf({ text, ignoreCase }: Pattern): RegExp {
  const flags = ignoreCase ? 'i' : '';
  try {
    return new RegExp(text, `u${flags}`);
  } catch {
    // Unicode mode knows no needless backslashes, people do: the plain mode decides.
  }
  try {
    return new RegExp(text, flags);
  } catch (error) {
    const said = (error as Error).message.replace(/^Invalid regular expression: \/.*\/\w*: /s, '');
    throw fail('bad-value', { verb: 'blame', what: 'pattern', value: text, expected: `a regular expression: ${said}` }, error);
  }
}
