import { fail } from '../errors.ts';
import { near } from '../ops/near.ts';
import { line } from '../ui/line.ts';
import { command } from './command.ts';
import { frontPage } from './front-page.ts';
import { aliases, loaderOf, verbs } from './index.ts';
import { revisionHelp } from './revision-arg.ts';
import { exitMeanings, helpOf } from './usage.ts';

const topics: Readonly<Record<string, () => string>> = {
  'exit-codes': () =>
    Object.entries(exitMeanings)
      .map(([code, meaning]) => `${code.padStart(4)}  ${meaning}`)
      .join('\n'),
  revisions: () => revisionHelp,
};

interface Help {
  topic: string | undefined;
  text: string;
}

export const help = command({
  verb: 'help',
  summary: 'show this help, or that of one command',
  args: [{ name: 'command', summary: `a command, or a topic: ${Object.keys(topics).join(', ')}` }],
  flags: {},
  examples: [
    ['convo help log', 'the same as convo log --help'],
    ['convo help exit-codes', 'what the exit codes mean'],
  ],
  errors: ['unknown-verb'],
  run: async (_context, { args: [topic] }): Promise<Help> => ({ topic, text: await textOf(topic) }),
  views: {
    schema: 'convo.help/1',
    json: ({ topic, text }) => ({ topic: topic ?? null, text }),
    text: ({ text }) => text.split('\n').map((row) => line(row)),
  },
  paged: true,
});

async function textOf(topic: string | undefined): Promise<string> {
  if (topic === undefined) return frontPage();
  const load = loaderOf(topic);
  if (load) return helpOf(await load(), 80);
  const text = Object.hasOwn(topics, topic) ? topics[topic] : undefined;
  if (text) return text();
  const [best] = near(topic, [...Object.keys(verbs), ...Object.keys(aliases), ...Object.keys(topics)]);
  throw fail('unknown-verb', { verb: topic, ...(best ? { near: best, instead: `convo help ${best}` } : {}) });
}
