import { type Data, type ErrorRow, exitCodes, row } from './error-row.ts';
import { shellWord } from './model/shell-word.ts';

const revision = (d: Data) => shellWord(String(d.revision));

/** What can go wrong where a conversation goes back into a tool. */
export const resumeErrors = {
  'way-blocked': row(
    exitCodes.failed,
    (d) => `${d.path} ${d.what}: nothing was written`,
    () => 'convo writes new files into plain folders alone; CLAUDE_CONFIG_DIR and CODEX_HOME name others',
  ),
  'folder-unknown': row(
    exitCodes.failed,
    (d) =>
      `${d.folder ? `${d.folder}, in which ${d.conversation} was recorded, is not on this machine` : `Nothing tells in which folder ${d.conversation} was recorded`}`,
    (d) => `convo resume ${revision(d)} --cwd <folder>`,
  ),
  'not-a-folder': row(
    exitCodes.usage,
    (d) => `${d.path} is no folder of this machine`,
    (d) => `convo resume ${revision(d)} --cwd <folder>`,
  ),
  'needs-trust': row(
    exitCodes.failed,
    (d) => `${d.conversation} was made on another machine, or not only on this one: a tool will act on what stands in it`,
    (d) => `convo show ${revision(d)} reads it; convo resume ${revision(d)} --trust goes on all the same`,
  ),
  'read-back-differs': row(
    exitCodes.failed,
    (d) =>
      `What was written for ${d.tool} reads back otherwise (${d.what}): ${d.kept ? `${d.kept} has changed since and stays` : 'it was taken away again'}`,
    (d) => `convo resume ${revision(d)} --in other hands it over as a text; please report this`,
  ),
  'tool-not-started': row(
    exitCodes.failed,
    (d) => `The conversation is written, but ${d.tool} did not run to its end: ${d.reason}`,
    (d) => `cd ${shellWord(String(d.folder))} && ${d.command}`,
  ),
  'sub-agent-alone': row(
    exitCodes.failed,
    (d) => `${d.agent} is a sub-agent: it does not go on by itself`,
    (d) =>
      `convo resume ${shellWord(String(d.from))} goes on with the turn that started it; convo context ${revision(d)} makes a document of it`,
  ),
  'no-turns': row(
    exitCodes.failed,
    (d) => `${d.conversation} has no turn to go on from`,
    () => 'convo list shows the conversations that have some',
  ),
  'nothing-to-resume': row(
    exitCodes.failed,
    (d) => `Nothing of ${d.conversation} can be said again in ${d.tool}`,
    (d) => `convo resume ${revision(d)} --in other`,
  ),
} satisfies Record<string, ErrorRow>;
