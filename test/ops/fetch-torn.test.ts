import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { fetchFrom, trackedRefs } from '../../src/ops/sync/fetch.ts';
import { mainRef } from '../../src/store/layout.ts';
import { openTransport, type Transport } from '../../src/store/remote/transport.ts';
import { Transcript, uuidOf } from '../support/claude-code.ts';
import { Machine, refsOf, sharedRemote } from '../support/machine.ts';

type Refs = Awaited<ReturnType<Transport['refs']>>;

/** What a remote answers to one question for all refs after the other, then what it has; `main`: when its catalogue alone is asked for first. */
interface Answers {
  main?: Refs;
  all: ((there: Refs) => Refs)[];
}

const answering = (transport: Transport, answers: Answers): Transport => ({
  remote: transport.remote,
  by: transport.by,
  refs: async (...given) => {
    const there = await transport.refs(...given);
    if (given[0] === undefined) return answers.all.shift()?.(there) ?? there;
    const { main = there } = answers;
    delete answers.main;
    return main;
  },
  everything: () => transport.everything(),
  fetch: (...given) => transport.fetch(...given),
  push: (...given) => transport.push(...given),
  isPublic: () => transport.isPublic(),
  isWritable: () => transport.isWritable(),
  close: () => transport.close(),
});

async function tell(machine: Machine, number: number): Promise<void> {
  const sessionId = `5e55100${number}-0000-4000-8000-000000000000`;
  const transcript = new Transcript({ sessionId });
  transcript.user(`Ask ${number}`, { uuid: uuidOf(number * 10 + 1) });
  transcript.says(`Answer ${number}`, { uuid: uuidOf(number * 10 + 2), id: `msg_${number}` });
  await machine.home.put(`.claude/projects/-w-lines/${sessionId}.jsonl`, transcript.bytes);
  await machine.import();
  await machine.sync();
}

interface Pushed {
  url: string;
  /** The refs before the push. */
  before: Refs;
  /** Fetches on the machine that lacks what was pushed; returns where the remote stands, as far as that machine knows. */
  fetch(full: boolean, answers: Answers): Promise<string>;
}

/** Two machines that agreed, then a push of one of them. */
async function pushed(t: TestContext): Promise<Pushed> {
  const url = sharedRemote(t);
  const [one, two] = [new Machine(t, url), new Machine(t, url)];
  await tell(one, 1);
  await two.sync();
  const fetch: Pushed['fetch'] = (full, answers) =>
    two.with(async (store, context) => {
      const transport = await openTransport(context.host, store, two.remote);
      try {
        await fetchFrom(context, store, answering(transport, answers), two.remote, { full });
        return sorted([...(await trackedRefs(store, 'origin'))].map((row) => row.join(' ')));
      } finally {
        await transport.close();
      }
    });
  const before = await two.with(async (store) => trackedRefs(store, 'origin'));
  await tell(one, 2);
  return { url, before, fetch };
}

const sorted = (rows: string[]) => rows.sort().join('\n');
const refsThere = (url: string) => sorted(refsOf(url).trim().split('\n'));

test('a list of refs that has a new catalogue, and its branches not yet, is asked for again', async (t) => {
  const { url, before, fetch } = await pushed(t);
  const torn = (there: Refs): Refs => new Map([...before, [mainRef, there.get(mainRef) ?? assert.fail()]]);
  assert.equal(await fetch(true, { main: before, all: [torn] }), refsThere(url));
});

test('where the catalogue never stands still, the next fetch asks for all refs, though it knows the catalogue', async (t) => {
  const { url, before, fetch } = await pushed(t);
  const old = () => before;
  const torn = (there: Refs): Refs => new Map([...before, [mainRef, there.get(mainRef) ?? assert.fail()]]);
  assert.notEqual(await fetch(true, { main: before, all: [torn, old, torn] }), refsThere(url));
  assert.equal(await fetch(false, { all: [] }), refsThere(url));
});
