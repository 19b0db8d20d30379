import { folderOf, fromFolder } from '../model/handoff/from-folder.ts';
import { type Handoff, handoff } from '../model/handoff/handoff.ts';
import type { ToolId } from '../model/ids.ts';
import type { Component, Exported, Exporter, Fidelity } from './exporter.ts';
import { componentOf } from './kit/count-exact.ts';
import { newTally } from './kit/tally.ts';

/** Room of the document: what a fresh start may well be given, and what most prompts of web pages take. */
const budget = 24_000;

/** Tokens of a text, about, and without loading the table of any model: three bytes each. */
const estimate = (text: string): number => Math.ceil(Buffer.byteLength(text) / 3);

/** A document to paste into any other tool: the last turns as they were said, older ones as notes, every line with its turn. */
export const other: Exporter = {
  tool: 'other' as ToolId,
  title: 'any other tool',
  root: () => undefined,
  plan(thread) {
    const document = documentOf(thread);
    return {
      fidelity: fidelityOf(thread, document),
      write: ({ ids }) => ({ native: ids.native, files: [{ path: `convo-${thread.id}.md`, bytes: Buffer.from(document.text) }] }),
    };
  },
  command: () => [],
};

function fidelityOf({ turns }: Exported, { threads }: Handoff): Fidelity[] {
  const tally = newTally();
  const told = new Set(threads.flatMap(({ full, folded, cut }) => [...full, ...folded, ...cut]));
  for (const { turn } of turns) {
    const kept = told.has(turn.n);
    const add = (component: Component) =>
      tally.add(component, kept ? 'flattened' : 'dropped', kept ? 'quoted in the document' : 'notes tell what came of it');
    for (const part of turn.steps.flatMap(({ parts }) => parts)) {
      const component = componentOf(part, turn);
      if (component === 'thinking' || component === 'context' || component === 'unknown records')
        tally.add(component, 'dropped', 'a document tells what was said and done');
      else if (component === 'images') tally.add(component, 'dropped', 'it is named, not shown');
      else add(component);
      if (part.kind === 'tool-call' && part.result) add('results');
    }
    if (turn.tokens) tally.add('tokens', 'dropped', 'they count what was sent to another conversation');
  }
  tally.add('ids', 'flattened', 'each line names its turn', turns.length);
  return tally.rows();
}

function documentOf(thread: Exported): Handoff {
  const { name, title, tool, project } = thread;
  const turns = fromFolder(
    thread.turns.map(({ turn }) => turn),
    thread.folder ?? folderOf(project),
  );
  const made = handoff([{ name, title, tool, project, turns }], budget, estimate);
  // Only a title of tens of thousands of characters leaves no room.
  return made ?? { text: `# ${title.slice(0, 200)}\n`, tokens: 0, threads: [] };
}
