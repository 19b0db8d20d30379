import { type Random, random } from './random.ts';

/** What a text is made of: sentences of an answer, lines of a source file, lines that a command prints. */
export type Kind = 'prose' | 'code' | 'output';

const words = {
  noun: 'parser buffer record branch cursor commit reader writer stream window index cache queue lock token header page offset chunk thread worker request response session schema column table field test fixture helper handler router socket timer retry config flag path folder archive entry digest tree node leaf edge'.split(
    ' ',
  ),
  verb: 'reads writes drops keeps splits joins counts sorts opens closes moves copies checks skips parses prints loads saves holds returns follows repeats merges compares'.split(
    ' ',
  ),
  past: 'read written dropped kept split joined counted sorted opened closed moved copied checked skipped parsed printed loaded saved held returned followed repeated merged compared'.split(
    ' ',
  ),
  adjective:
    'last first empty missing stale half-written open closed large small slow wrong second old new unused hidden shared local remote'.split(
      ' ',
    ),
  place:
    'before it is flushed|after the first line|in every test|on a slow disk|when two of them run|for each request|at the end of the file|in the old format|without a lock|only once|twice|by accident'.split(
      '|',
    ),
};

const templates: Record<Kind, string[]> = {
  prose: [
    'The ADJ NOUN VERB the NOUN PLACE.',
    'I think that the NOUN is PAST PLACE, so the NOUN NUM never sees the ADJ NOUN.',
    'Let me look at the NOUN that VERB the NOUN and at `ID`.',
    'That is why `ID` VERB NUM NOUNs instead of NUM: each NOUN is PAST PLACE.',
    'Two things are left: the ADJ NOUN must be PAST, and `ID` should say so when the NOUN is ADJ.',
    'Can you make `FILE` VERB the NOUN PLACE?',
    'I changed FILE: the NOUN is now PAST PLACE, and the NOUN VERB the ADJ NOUN.',
    '- FILE: `ID` VERB the ADJ NOUN PLACE',
    'If the NOUN is ADJ, the NOUN VERB it PLACE and the test for `ID` fails.',
  ],
  code: [
    '  const ID = await ID(ID, NUM);',
    '  if (ID.NOUN === undefined) return ID(NOUN);',
    "  for (const NOUN of ID(ID)) ID.push({ NOUN, NOUN: NUM, NOUN: 'ADJ NOUN' });",
    'export async function ID(NOUN: ID, NOUN: number): Promise<ID> {',
    '}',
    "import { ID, ID } from './NOUN/NOUN.ts';",
    '  // The ADJ NOUN VERB the NOUN PLACE.',
    '    expect(ID(ID)).toEqual([NUM, NUM, ID.length]);',
    '  return ID.map((NOUN) => ID(NOUN, ID)).filter(ID);',
    "    throw new Error('ADJ NOUN: the NOUN is PAST PLACE');",
    '  let ID = ID.slice(NUM, ID + NUM);',
  ],
  output: [
    '  ✓ VERB the ADJ NOUN PLACE (NUM ms)',
    "FILE(NUM,NUM): error TS2345: Argument of type 'ID' is not assignable to parameter of type 'ID'.",
    'FILE:NUM:  const ID = await ID(ID, NUM);',
    '-rw-r--r-- 1 dev dev NUM Feb NUM 10:NUM NOUN-NOUN.ts',
    '[NUM:NUM:NUM] INFO NOUN=NUM NOUN=ADJ ID PAST in NUM ms',
    '    at ID (/home/ada/FILE:NUM:NUM)',
    'NUM NOUNs, NUM PAST, NUM ADJ, total NUM ms',
    'diff --git a/FILE b/FILE',
    '+  const ID = ID(NOUN, NUM);',
    '-  const ID = ID(NOUN);',
  ],
};

const linesPerKind = 20_000;
const seed = random('convo bench: words');
const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
const identifier = () =>
  `${seed.pick(words.verb).replace(/s$/, '')}${capital(seed.pick(words.noun))}${seed.chance(0.5) ? capital(seed.pick(words.noun)) : ''}`;
const fillers: Record<string, () => string> = {
  NOUN: () => seed.pick(words.noun),
  VERB: () => seed.pick(words.verb),
  PAST: () => seed.pick(words.past),
  ADJ: () => seed.pick(words.adjective),
  PLACE: () => seed.pick(words.place),
  NUM: () => String(seed.int(1, seed.chance(0.2) ? 90_000 : 99)),
  ID: identifier,
  FILE: () => `src/${seed.pick(words.noun)}/${seed.pick(words.noun)}-${seed.pick(words.noun)}.ts`,
};

function line(kind: Kind): string {
  return seed.pick(templates[kind]).replace(/NOUN|VERB|PAST|ADJ|PLACE|NUM|ID|FILE/g, (name) => fillers[name]?.() ?? name);
}

const pool = (kind: Kind): string[] => Array.from({ length: linesPerKind }, () => line(kind));
const pools: Record<Kind, string[]> = { prose: pool('prose'), code: pool('code'), output: pool('output') };

/** Returns text of about `size` characters (at least one line of its kind). */
export function text(numbers: Random, kind: Kind, size: number): string {
  const lines: string[] = [];
  let length = 0;
  while (length < size || lines.length === 0) {
    const next = numbers.pick(pools[kind]);
    lines.push(next);
    length += next.length + 1;
  }
  if (kind !== 'prose') return lines.join('\n');
  return lines
    .map((sentence, index) => (sentence.startsWith('- ') || index % 4 === 3 ? `\n${sentence}\n` : `${sentence} `))
    .join('')
    .trim();
}

/** Returns a few words in lower case, for titles and names. */
export function phrase(numbers: Random): string {
  return `${numbers.pick(words.adjective)} ${numbers.pick(words.noun)} ${numbers.pick(words.noun)}`;
}

/** Returns the path of a source file below a project. */
export function filePath(numbers: Random): string {
  return `src/${numbers.pick(words.noun)}/${numbers.pick(words.noun)}.ts`;
}
