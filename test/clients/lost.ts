import type { Turn } from '../../src/model/turn.ts';
import type { Difference } from './compare.ts';
import { plain } from './conversation.ts';
import type { Exchange } from './stand-in.ts';
import { textsOf } from './thread.ts';

/** Keys of the client's own request for a summary: its answer is rewritten before it is kept. */
const summaries = /summary|COMPACTION/;

/**
 * Returns what was said up to now and stands nowhere in what was imported, on no branch and with no agent: prompts (by the key
 * that the script knows them by), and the texts, thoughts and calls of every answer that the client got whole.
 */
export function lost(exchanges: (Exchange | undefined)[], turns: Turn[]): Difference[] {
  const steps = turns.flatMap((turn) => turn.steps);
  const texts = textsOf(steps);
  const calls = steps.flatMap((step) => step.parts).flatMap((part) => (part.kind === 'tool-call' ? [part] : []));
  const differences: Difference[] = [];
  const want = (text: string, found: boolean) => {
    if (!found) differences.push({ where: 'said, and lost', want: text, got: 'nowhere in the import' });
  };
  for (const exchange of exchanges) {
    if (exchange?.key === undefined || summaries.test(exchange.key)) continue;
    const { key, reply } = exchange;
    want(
      key,
      texts.some((text) => text.includes(key)),
    );
    if (!exchange.answered || reply.status !== undefined) continue;
    for (const block of reply.blocks) {
      if ('text' in block) want(block.text, texts.includes(plain(block.text)));
      else if ('thinking' in block) want(block.thinking, texts.includes(plain(block.thinking)));
      else if ('tool' in block)
        want(
          `call of ${block.tool}`,
          calls.some(({ name, input }) => name.endsWith(block.tool) && same(input, block.input)),
        );
    }
  }
  return differences;
}

/** Clients add defaults to an input: what was said must be in it. */
function same(input: unknown, said: unknown): boolean {
  const told = JSON.stringify(input);
  return Object.values(said ?? {}).every((value) => told.includes(JSON.stringify(value)));
}
