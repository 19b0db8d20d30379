import { type HandoffResult, handOver } from '../ops/handoff.ts';
import { handoffWire } from '../ui/json/context.ts';
import { handoffView } from '../ui/text/context.ts';
import { command } from './command.ts';
import { revisionArg, revisionErrors, revisionHelp } from './revision-arg.ts';

const usual = 8000;

export const contextCommand = command({
  verb: 'context',
  summary: 'tell what a conversation came to, to begin another one with',
  details: `Prints markdown to paste or pipe into a fresh start: the last turns in full,
older ones as notes made by rule (what was asked, what it came to, files,
commands and how they ended, open questions), and the summary that the tool
itself made when it compacted. Each line names its turn. Several revisions
share the budget.

It never has more tokens than the budget. They are counted with o200k_base,
the encoding of OpenAI's models since GPT-4o. The encoding of other models is
not public: for them a quarter is added, and the count is called an estimate.

--summarize is a program and its arguments, run without a shell: it reads the
notes of the older turns on its stdin, and what it prints is told instead.

${revisionHelp}`,
  args: [{ ...revisionArg, many: true }],
  flags: {
    budget: { type: 'number', short: 'b', value: 'tokens', summary: `at most so many tokens (${usual})` },
    model: { type: 'string', value: 'name', summary: "count for this model (the conversation's)" },
    summarize: { type: 'string', short: 's', value: 'command', summary: 'tell what this program makes of the notes of older turns' },
  },
  examples: [
    ['convo context | claude', 'go on in a fresh conversation'],
    ['convo context 7qk2@12 --budget 4000', 'what it came to up to turn 12'],
    ['convo context 7qk2 3hs8 > memory.md', 'two conversations in one'],
    ["convo context -s 'llm -m small'", 'older turns summed up by a model of yours'],
  ],
  errors: [...revisionErrors, 'unknown-step', 'budget-too-small', 'program-failed', 'empty-text'],
  run(context, { args: revisions, flags: { budget = usual, model, summarize } }): Promise<HandoffResult> {
    const asked = { ...(model === undefined ? {} : { model }), ...(summarize === undefined ? {} : { summarize }) };
    return handOver(context, { revisions, budget, ...asked });
  },
  views: { schema: 'convo.context/1', json: handoffWire, text: handoffView },
  paged: true,
});
