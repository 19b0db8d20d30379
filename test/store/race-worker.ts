// One writer: appends commits to one ref, each by compare-and-swap with retry. Prints "ack <turn>" for every commit that was acknowledged.
import { setTimeout } from 'node:timers/promises';
import { ConvoError } from '../../src/errors.ts';
import { plainText } from '../../src/store/commit.ts';
import { openEngine } from '../../src/store/engine.ts';
import type { GitEngine, Oid } from '../../src/store/git.ts';
import { testHost } from './sandbox.ts';

const [gitdir = '', choice = '', name = '', count = '0'] = process.argv.slice(2);
const ref = 'refs/heads/tool/race/main';

async function append(engine: GitEngine, turn: string): Promise<void> {
  const from = (await engine.refs(ref))[0]?.oid ?? null;
  const writer = await engine.writer();
  const blob = await writer.blob(Buffer.from(`${turn}\n`.repeat(200)));
  const commit = await writer.commit({
    parents: from === null ? [] : [from],
    changes: [[`turns/${turn}.md`, blob]],
    text: plainText(turn, 1_700_000_000),
  });
  const to: Oid = (await writer.finish())(commit);
  await engine.moveRefs([{ ref, from, to }]);
}

const engine = await openEngine(testHost(), gitdir, choice as 'system' | 'isomorphic');
await engine.recover();
for (let n = 0; n < Number(count); n += 1) {
  for (let tries = 0; ; tries += 1) {
    try {
      await append(engine, `${name}-${n}`);
      break;
    } catch (error) {
      if (!(error instanceof ConvoError) || error.code !== 'ref-moved') throw error;
      await setTimeout(Math.random() * Math.min(100, 5 * (tries + 1)));
    }
  }
  process.stdout.write(`ack ${name}-${n}\n`);
}
await engine.close();
