import type { TurnId } from '../../src/model/ids.ts';
import type { Turn } from '../../src/model/turn.ts';
import { call, fakeReader, said, type Told, turn } from './fake-store.ts';

const edit = call('Edit', {
  file_path: 'src/lines.ts',
  old_string: "return text.split('\\n');\n",
  new_string: 'return text.split(/\\r?\\n/);\n',
});

const shared: Turn[] = [
  turn('h3n8s2c5v7ba', 1, 'Can you find out why the parser drops the last line?', 0),
  turn(
    'q7m2k4xw9d3f',
    2,
    [
      [
        said('Look at the splitter first.', 'thinking'),
        'The parser drops the last line.',
        call('Bash', { command: 'npm test' }, '1 failing\n', 'failed'),
      ],
      [edit, 'It splits on `\\n` only after the buffer is full. Fixed in `src/lines.ts`.'],
    ],
    1,
  ),
];

/** A conversation with a rewind and a sub-agent, as every reading test finds it. */
export const splitter: Told = {
  id: '7qk2m4xw9d',
  title: 'Fix the line splitter',
  natives: ['11111111-1111-4111-8111-111111111111'],
  card: { tags: ['parser', 'urgent'], status: 'active', priority: '2', intent: 'release 1.2' },
  branches: {
    main: [
      ...shared,
      turn('c5v7bah3n8s2', 3, [[said('/review', 'command'), said('Review the diff.\nBe strict.', 'expansion')]], 10, { kind: 'command' }),
      turn(
        'd3fq7m2k4xw9',
        4,
        [
          [
            'I look at it with a second pair of eyes.',
            { ...call('Task', { description: 'Review the diff', prompt: 'Review it' }, 'No problem'), agents: ['a1b2c3'] },
          ],
          ['Now handles CRLF and a missing last newline. All 214 tests pass.'],
        ],
        12,
      ),
    ],
    'main-2': [
      ...shared,
      turn('x1y2z3a4b5c6', 3, [[said('! npm run bench', 'command'), said('12 ms\n', 'output')]], 30, { kind: 'shell' }),
      turn('z9y8x7w6v5t4', 4, 'The benchmark is unchanged: 12 ms before and after.', 31),
    ],
  },
  agents: {
    a1b2c3: [turn('a1a1a1a1a1a1', 1, 'Review it', 12), turn('a2a2a2a2a2a2', 2, 'No problem', 12)],
  },
  open: [
    {
      id: 'p5p5p5p5p5p5' as TurnId,
      parent: 'd3fq7m2k4xw9' as TurnId,
      source: '11111111-1111-4111-8111-111111111111',
      branch: 'main',
      n: 5,
      role: 'user',
      subject: 'Push it',
      time: '2026-02-12T11:58:00.000Z',
    },
  ],
  raw: { one: '{"type":"user"}\n' },
};

export const redis: Told = {
  id: '3hs8c5v7ba',
  title: 'Try redis for the queue',
  tool: 'codex',
  project: 'example.com/org/queue',
  natives: ['0199aaaa-1111-7111-8111-222222222222'],
  branches: {
    main: [
      turn('r1r1r1r1r1r1', 1, 'Could we use redis for the queue?', -600),
      turn('r2r2r2r2r2r2', 2, 'Yes. It needs one container more.', -598),
    ],
  },
};

export const greeting: Told = {
  id: '9zzz8yyy7x',
  title: 'hi',
  project: '/home/ada/notes',
  answered: false,
  branches: { main: [turn('g1g1g1g1g1g1', 1, 'hi', -2000)] },
};

/** Everything, newest first. */
export const library = [splitter, redis, greeting];

/** Returns a reader of the library. */
export const libraryReader = () => fakeReader(library);
