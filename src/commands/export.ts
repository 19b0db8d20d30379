import { fail } from '../errors.ts';
import { type ExportResult, exportFormats, exportLibrary, exportThread } from '../ops/export.ts';
import { threadPage } from '../ui/html/thread/page.ts';
import { conversationFile } from '../ui/json/conversation-file.ts';
import { exportWire } from '../ui/json/export.ts';
import { exportView } from '../ui/text/export.ts';
import { command } from './command.ts';
import { revisionArg, revisionErrors, revisionHelp } from './revision-arg.ts';

export const exportCommand = command({
  verb: 'export',
  summary: 'put a conversation into a document',
  details: `  markdown    to read; written to a folder (-o <folder>/) with its images
  html        a page that needs nothing else: no script, images in it, calls folded
  json        all of it, for programs and for convo import elsewhere
  openai      a message a line, as OpenAI's chat completions take them
  anthropic   a message a line, as Anthropic's Messages API takes them
  claude-code, codex   a new conversation of that tool, as its own files

The document is printed, or written to -o, whose ending tells the format where
--to does not; into a folder it is written under its id, and to - it is
printed. What is there is written over only with --force, and nothing is ever
written through a link.

--all writes a folder for each project, in it one for each conversation, and
README.md with a list of them. Run again with the same folder it writes what
has changed and removes what is gone, but no file that you made or changed.

A conversation that is imported from JSON has the same turns with the same ids,
the same branches, and what people put on it: an import never puts that in the
place of what was said where it is imported. All branches are told where the
revision names none. Turns in progress are left out, and so are the records of
the tool that the turns were made from: convo sync carries them. In messages
every call has its result and every result its call; thinking and what a
tool added are left out.

${revisionHelp}`,
  args: [{ ...revisionArg, summary: `${revisionArg.summary}; with --all: the folder` }],
  flags: {
    to: { type: 'string', short: 't', value: 'format', choices: exportFormats, summary: 'the format (markdown)' },
    output: { type: 'string', short: 'o', value: 'path', summary: 'write to this file or folder' },
    all: { type: 'boolean', short: 'a', summary: 'every conversation, as a tree of markdown in a folder' },
    force: { type: 'boolean', short: 'f', summary: 'write over what is there' },
  },
  examples: [
    ['convo export | less', 'the current conversation as markdown'],
    ['convo export 7qk2@12 -o splitter.md', 'up to turn 12, into a file'],
    ['convo export 7qk2 -o splitter.json', 'to import it on another machine'],
    ['convo export 7qk2 -o splitter.html', 'a page to read in a browser'],
    ['convo export 7qk2 -o splitter/', 'with its images, into a folder'],
    ['convo export --all library', 'everything, to browse'],
    ['convo export 7qk2 -o chat.jsonl', 'as messages of a chat'],
  ],
  errors: [
    ...revisionErrors,
    'unknown-step',
    'nothing-to-export',
    'nothing-to-resume',
    'sub-agent-alone',
    'no-turns',
    'path-taken',
    'cannot-write',
  ],
  run(context, { args: [revision = ''], flags: { to, output, all, force = false } }): Promise<ExportResult> {
    if (all) return exportLibrary(context, folderFor(revision, to, output), force);
    const format = exportFormats.find((one) => one === to);
    const asked = { ...(format && { to: format }), ...(output === undefined ? {} : { output }) };
    return exportThread(context, { revision, force, ...asked }, { json: conversationFile, html: threadPage });
  },
  views: {
    schema: 'convo.export/1',
    json: exportWire,
    text: exportView,
    bytes: ({ content }) => (content === undefined ? undefined : piecesOf(content)),
  },
  paged: true,
});

function folderFor(named: string, to: string | undefined, output: string | undefined): string {
  const usage = (message: string) => fail('unknown-flag', { verb: 'export', message });
  if (to !== undefined && to !== 'markdown') throw usage(`--all writes markdown, not ${to}`);
  if (named !== '' && output !== undefined) throw usage('--all takes one folder');
  const folder = named || output;
  if (!folder) throw usage('--all needs a folder: convo export --all <folder>');
  return folder;
}

async function* piecesOf(content: Uint8Array): AsyncIterable<Uint8Array> {
  yield content;
}
