import type { Scenario } from '../bench.ts';
import { convo, emptyNode, version } from '../convo.ts';
import { type Figure, median } from '../figure.ts';
import { interleave, ratios } from '../measure.ts';

const rounds = 15;

/** Cold processes that read, against a node process that does nothing. */
export const startScenario: Scenario = async (bench, { corpus: { home, conversations }, name, store: ready }) => {
  const store = await ready();
  const list = JSON.parse((await convo(home, store, ['list', '--all', '--json', '-n', '3'])).stdout) as {
    data: { conversations: { id: string }[] };
  };
  const id = list.data.conversations.at(-1)?.id ?? '';
  bench.say(`start: ${rounds} rounds`);
  const timed = async (...args: string[]) => (await convo(home, store, args)).seconds;
  const measurements = {
    node: async () => (await emptyNode(home)).seconds,
    version: async () => (await version(home)).seconds,
    log: () => timed('log'),
    'log <id>': () => timed('log', id),
    show: () => timed('show'),
    'show <id>@2': () => timed('show', `${id}@2`),
    list: () => timed('list'),
    'list --all': () => timed('list', '--all'),
  };
  await interleave(1, measurements);
  const values = await interleave(rounds, measurements);
  const times = (command: keyof typeof measurements, most: number): Figure => ({
    ...{ scenario: 'start', on: name, name: `convo ${command === 'version' ? '--version' : command}, of an empty node` },
    ...{ value: median(ratios(values[command], values.node)), unit: 'x', most },
  });
  const listing = (command: 'list' | 'list --all'): Figure => ({
    ...{ scenario: 'start', on: name, name: `convo ${command}`, value: median(values[command]), unit: 's' },
    ...(conversations >= 10_000 ? { most: 0.8 } : {}),
  });
  const node: Figure = { scenario: 'start', on: name, name: 'empty node', value: median(values.node), unit: 's' };
  return [
    ...[node, times('version', 1.4), times('log', 2), times('log <id>', 2), times('show', 2), times('show <id>@2', 2)],
    ...[listing('list'), listing('list --all')],
  ];
};
