import { exitCodes } from '../errors.ts';
import type { ImportResult } from '../ops/import-result.ts';
import { importWire } from '../ui/json/import.ts';
import { importView } from '../ui/text/import.ts';
import { command } from './command.ts';
import { readSince } from './dates.ts';

interface Shown {
  result: ImportResult;
  report: boolean;
}

const failedOf = ({ skipped, failed }: ImportResult) => skipped.length + failed.length;

export const importCommand = command({
  verb: 'import',
  summary: 'save the conversations of the AI tools on this machine',
  details:
    'Without arguments every tool under the home folder is looked at, and only\nwhat is new is read. A path can be a transcript, or a folder of them. Sources\nare only ever read.',
  args: [{ name: 'tool|path', summary: 'a tool by its name (claude-code, codex), or a file or folder anywhere', many: true }],
  flags: {
    'dry-run': { type: 'boolean', summary: 'tell what would be saved, and write nothing' },
    since: { type: 'string', value: 'date|3d', summary: 'only transcripts changed since' },
    project: { type: 'string', value: 'text', summary: 'only projects whose name has this in it' },
    close: { type: 'boolean', summary: 'also commit turns that are still in progress' },
    again: { type: 'boolean', summary: 'read transcripts again that have not changed' },
    report: { type: 'boolean', summary: 'list every skipped record with file, line and reason' },
  },
  examples: [
    ['convo import', 'save all that is new'],
    ['convo import codex --since 3d', 'only Codex, the last three days'],
    ['convo import ~/Downloads/session.jsonl', 'a transcript from elsewhere'],
    ['convo import splitter.json', 'what convo export wrote elsewhere'],
  ],
  errors: [
    'cannot-read',
    'cannot-write',
    'not-a-transcript',
    'bad-export',
    'unknown-source',
    'store-newer',
    'locked',
    'ref-moved',
    'git-failed',
    'no-git',
  ],
  exits: [exitCodes.partial],
  async run(context, { args, flags }): Promise<Shown> {
    const since = readSince('import', flags.since, context.host.now());
    const result = await (await context.writing()).importSources(context, {
      names: [...args],
      dryRun: flags['dry-run'] ?? false,
      ...(since === undefined ? {} : { since }),
      ...(flags.project === undefined ? {} : { project: flags.project }),
      close: flags.close ?? false,
      again: flags.again ?? false,
    });
    return { result, report: flags.report ?? false };
  },
  views: {
    schema: 'convo.import/1',
    json: ({ result }: Shown) => importWire(result),
    text: ({ result, report }, settings) => importView(report)(result, settings),
  },
  exit: ({ result }) => (failedOf(result) > 0 ? exitCodes.partial : exitCodes.ok),
  paged: false,
});
