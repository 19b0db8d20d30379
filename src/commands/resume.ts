import { exitCodes, fail } from '../errors.ts';
import { goOn } from '../ops/resume/go-on.ts';
import type { ResumeResult } from '../ops/resume-result.ts';
import { resumeWire } from '../ui/json/resume.ts';
import { documentOf, resumeView } from '../ui/text/resume.ts';
import { command } from './command.ts';
import { changeErrors, revisionArg, revisionErrors, revisionHelp } from './revision-arg.ts';

export const resume = command({
  verb: 'resume',
  summary: 'go on with a conversation in an AI tool, the same or another one',
  details: `It writes the thread as a new conversation of the tool, checks it by reading it
back, and says what to type to go on with it. Nothing that is there changes,
and what is said then comes home with the next convo import: on the branch that
it was resumed from, or, from a turn in the middle, on one that begins there.
So it is with a turn in progress, which is saved as it stands.
--in other prints a document to paste into any other tool, or writes it to -o,
which must be a new file.

Turns that nobody touched go back as the tool recorded them; others, and those
of another tool, are built anew: a table tells what becomes of what.
${revisionHelp}`,
  args: [revisionArg],
  flags: {
    last: { type: 'boolean', summary: "the newest conversation of this folder's project, or of all" },
    in: {
      type: 'string',
      value: 'tool',
      choices: ['claude-code', 'codex', 'other'],
      summary: 'the tool to go on in; else that of the last turn',
    },
    cwd: {
      type: 'string',
      value: 'folder',
      summary: 'the folder to go on in; else the one it was recorded in, or that of its project here',
    },
    output: { type: 'string', short: 'o', value: 'file', summary: 'with --in other: write the document to this file' },
    run: { type: 'boolean', summary: 'start the tool at once, and end with its exit code' },
    'dry-run': { type: 'boolean', summary: 'tell what would be written, and write nothing' },
    trust: { type: 'boolean', summary: 'go on with what another machine recorded' },
  },
  examples: [
    ['convo resume', 'go on with the current conversation in its tool'],
    ['convo resume 7qk2@6 --in codex', 'from turn 6, in Codex'],
    ['convo resume try-redis --run', 'and start the tool'],
    ['convo resume --last --dry-run', 'what would be written, and what is lost on the way'],
    ['convo resume 7qk2 --in other | pbcopy', 'a document to paste'],
    ['convo resume --in other -o go-on.md', 'the same, in a file'],
  ],
  errors: [
    ...revisionErrors,
    'unknown-step',
    'bad-value',
    'needs-trust',
    'folder-unknown',
    'not-a-folder',
    'way-blocked',
    'sub-agent-alone',
    'no-turns',
    'nothing-to-resume',
    'read-back-differs',
    'tool-not-started',
    'path-taken',
    'cannot-write',
    ...changeErrors,
  ],
  async run(context, { args: [revision = '', extra], flags }): Promise<ResumeResult> {
    const { last = false, in: tool, cwd, output, run = false, trust = false } = flags;
    const wrong = (message: string) => fail('unknown-flag', { verb: 'resume', message });
    if (extra !== undefined) throw wrong(`convo resume does not take "${extra}"`);
    if (last && revision !== '') throw wrong('--last and a revision cannot go together');
    const dryRun = flags['dry-run'] ?? false;
    if (run && (dryRun || tool === 'other')) throw wrong(`--run and ${dryRun ? '--dry-run' : '--in other'} cannot go together`);
    if (output !== undefined && tool !== 'other') throw wrong('-o is for the document of --in other');
    const input = {
      revision,
      last,
      dryRun,
      trust,
      ...(tool === undefined ? {} : { tool }),
      ...(cwd === undefined ? {} : { cwd }),
      ...(output === undefined ? {} : { output }),
    };
    return (await context.writing()).resume(context, input);
  },
  after: async (context, result, { flags }) => (flags.run ? goOn(context, result) : exitCodes.ok),
  views: { schema: 'convo.resume/1', json: resumeWire, text: resumeView, bytes: documentOf },
});
