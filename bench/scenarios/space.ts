import type { Scenario } from '../bench.ts';
import { repository } from '../convo.ts';
import { diskUsage } from '../workspace.ts';

const megabyte = 1e6;

/** What the repository takes on the disk straight after the import, without any maintenance, against its sources. */
export const spaceScenario: Scenario = async (_, { corpus, name, store }) => {
  const used = diskUsage(repository(await store()));
  const figure = { scenario: 'space', on: name } as const;
  return [
    { ...figure, name: 'repository, of its sources', value: used / corpus.bytes, unit: 'x', most: 1 },
    { ...figure, name: 'sources', value: corpus.bytes / megabyte, unit: 'MB' },
  ];
};
