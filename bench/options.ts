import { parseArgs } from 'node:util';

export const scenarioNames = ['import', 'start', 'change', 'space', 'sync', 'unchanged', 'memory', 'diff', 'context', 'resume'] as const;
export type ScenarioName = (typeof scenarioNames)[number];

export interface Options {
  /** Numbers of conversations. */
  sizes: number[];
  only: ScenarioName[];
  json: boolean;
  /** Everything small: seconds instead of minutes, for CI. */
  reduced: boolean;
  /** Exit code 1 when a budget is exceeded. */
  check: boolean;
  /** The program to measure. */
  bundle?: string;
  /** Rounds of an import; undefined: by size. */
  rounds?: number;
}

export const usage = `npm run bench -- [options]
  --size 200|2000|10000|all   numbers of conversations (default 200 and 2000)
  --only <scenario>           ${scenarioNames.join(', ')}; may be repeated
  --rounds <n>                interleaved rounds of an import (default 5, 3, 1 by size)
  --bundle <path>             the program to measure (default dist/convo.cjs)
  --reduced                   40 conversations, 500 files, a source of 64 MB
  --check                     exit with 1 when a budget is exceeded
  --json                      print the figures as one JSON document
`;

const sizes: Record<string, number[]> = { '200': [200], '2000': [2000], '10000': [10_000], all: [200, 2000, 10_000] };

/** Returns what was typed; throws an Error with one sentence for what cannot be understood. */
export function readOptions(args: string[]): Options | 'help' {
  const { values } = parseArgs({
    args,
    options: {
      size: { type: 'string' },
      only: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string' },
      bundle: { type: 'string' },
      reduced: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  const chosen = values.size === undefined ? [200, 2000] : sizes[values.size];
  if (!chosen) throw new Error(`--size is one of ${Object.keys(sizes).join(', ')}`);
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0)) throw new Error('--rounds is a number from 1');
  const { reduced, check, json } = values;
  const only = values.only.map(scenario);
  return {
    sizes: reduced ? [40] : chosen,
    only,
    json,
    reduced,
    check,
    ...(rounds === undefined ? {} : { rounds }),
    ...(values.bundle ? { bundle: values.bundle } : {}),
  };
}

function scenario(name: string): ScenarioName {
  const known = scenarioNames.find((candidate) => candidate === name);
  if (!known) throw new Error(`--only is one of ${scenarioNames.join(', ')}`);
  return known;
}
