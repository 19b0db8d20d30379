import type { Links } from './links.ts';
import type { Entry } from './skeleton.ts';

/**
 * Finds the prompts typed while the assistant worked of which only the queue tells (before 2.1.5x): enqueued, then removed,
 * while no record holds their text. Returns the enqueueing record and the record behind which the model got it. `dequeue`
 * makes a user record of its own and `popAll` takes the prompts back.
 */
export function removedPrompts(entries: readonly Entry[], links: Links): { prompt: number; after: number }[] {
  const queue: number[] = [];
  const removed: { prompt: number; after: number }[] = [];
  let after = -1;
  entries.forEach((entry, index) => {
    if (entry.kind === 'enqueue') queue.push(index);
    else if (entry.kind === 'dequeue') queue.shift();
    else if (entry.kind === 'popAll') queue.length = 0;
    else if (entry.kind === 'remove') {
      const prompt = taken(entries, queue, entry.text);
      if (prompt !== undefined && entries[prompt]?.text !== undefined) removed.push({ prompt, after });
    } else if (entry.id !== '' && entry.side === undefined && !links.copies.has(index) && !links.waiting.has(index)) after = index;
  });
  const recorded = lastRecorded(entries);
  return removed.filter(({ prompt }) => (recorded.get(entries[prompt]?.text ?? '') ?? -1) < prompt);
}

function taken(entries: readonly Entry[], queue: number[], text: string | undefined): number | undefined {
  const place = text === undefined ? 0 : queue.findIndex((index) => entries[index]?.text === text);
  return queue.splice(Math.max(place, 0), 1)[0];
}

/** Returns the last record that holds each text of a prompt. */
function lastRecorded(entries: readonly Entry[]): Map<string, number> {
  const last = new Map<string, number>();
  entries.forEach((entry, index) => {
    if (entry.text !== undefined && (entry.kind === 'prompt' || entry.kind === 'part')) last.set(entry.text, index);
  });
  return last;
}
