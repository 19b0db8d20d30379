import type { Scenario } from '../bench.ts';
import { convo, emptyNode } from '../convo.ts';
import { type Figure, median } from '../figure.ts';
import { interleave, ratios } from '../measure.ts';

const rounds = 25;

/** Cold processes that change the store, against a node process that does nothing; each round takes back what it did. */
export const changeScenario: Scenario = async (bench, { corpus: { home }, name, store: ready }) => {
  const store = await ready();
  const run = (...args: string[]) => convo(home, store, args);
  const list = JSON.parse((await run('list', '--all', '--json', '-n', '3')).stdout) as { data: { conversations: { id: string }[] } };
  const id = list.data.conversations.at(-1)?.id ?? '';
  bench.say(`change: ${rounds} rounds`);
  const timed = async (...args: string[]) => (await run(...args)).seconds;
  const measurements = {
    node: async () => (await emptyNode(home)).seconds,
    branch: () => timed('branch', 'try', `${id}@1`),
    merge: () => timed('merge', `${id}/main`, '--into', `${id}/try`, '--ours'),
    undo: () => timed('undo'),
    'undo of the branch': () => timed('undo'),
  };
  await interleave(2, measurements);
  const values = await interleave(rounds, measurements);
  const times = (command: 'branch' | 'merge' | 'undo'): Figure => ({
    ...{ scenario: 'change', on: name, name: `convo ${command}, of an empty node` },
    ...{ value: median(ratios(values[command], values.node)), unit: 'x', most: 2.5 },
  });
  return [times('branch'), times('merge'), times('undo')];
};
