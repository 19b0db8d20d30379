import { ConvoError, fail } from '../../errors.ts';
import { branchLabelFault, isBranchName } from '../branch-name.ts';
import { shortHash } from '../hash.ts';
import { type ConversationId, conversationId, readConversationId, readToolId, readTurnId, type ToolId, type TurnId } from '../ids.ts';
import type { Json } from '../json.ts';
import { type Labels, labelFault, mostTags, tagFault } from '../labels.ts';
import { parsePage } from '../page/parse.ts';
import type { Turn } from '../turn.ts';

/** What a file of ours begins with. A change that older versions cannot read raises the number. */
export const conversationSchema = 'convo.conversation/1';

/** A conversation as one file tells it. */
export interface ConversationFile {
  tool: ToolId;
  id: ConversationId;
  /** What the id is made from (format.md 1). */
  origin: string;
  title: string;
  /** A person gave it its title. */
  titled: boolean;
  project: string;
  active: string;
  labels: Pick<Labels, 'status' | 'priority' | 'intent' | 'notes'>;
  tags: string[];
  /** Ids of conversations that are the same or belong together. */
  links: ConversationId[];
  branches: FileBranch[];
  /** Threads of sub-agents. */
  agents: FileAgent[];
}

export interface FileAgent {
  /** Native. */
  id: string;
  turns: Turn[];
}

export interface FileBranch {
  name: string;
  /** What people see. */
  label?: string;
  /** The tool's own id of the source that goes on behind it. */
  native?: string;
  /** Root first. */
  turns: Turn[];
}

/** Characters of the id of a record (format.md 2). */
const recordId = 8;

/** Characters of what stands on a card or in a listing. */
const longest = 4096;

type Fields = { [key: string]: Json };

/**
 * Returns the conversation of a file; its turns are what their pages say, with the ids that they had. Throws `bad-export`: whatever does not
 * fit together (an id that its origin does not give, a turn that is told nowhere, a file that is not what its name says) fails the whole.
 */
export function readConversationFile(text: string): ConversationFile {
  const file = fieldsOf(parsed(text), 'the file');
  if (file.schema !== conversationSchema) throw bad(`it is not ${conversationSchema}`);
  const about = fieldsOf(file.conversation, 'conversation');
  const [tool, id, origin] = [readToolId(textOf(about.tool)), readConversationId(textOf(about.id)), textOf(about.origin)];
  if (!tool || !id || id !== conversationId(tool, origin, id.length === 16 ? 16 : 10))
    throw bad('its tool, id and origin do not go together');
  for (const field of ['origin', 'title', 'project', 'active'] as const)
    if (textOf(about[field]).length > longest) throw bad(`its ${field} is longer than ${longest} characters`);
  const files = filesOf(file.files);
  const told = {
    tool,
    id,
    origin,
    title: textOf(about.title),
    titled: about.titled === true,
    project: textOf(about.project),
    active: textOf(about.active),
  };
  return {
    ...told,
    labels: labelsOf(about),
    tags: tagsOf(listOf(about.tags ?? [], 'tags')),
    links: listOf(about.links ?? [], 'links').map((link) => readConversationId(textOf(link)) ?? badLink()),
    branches: branchesOf(listOf(file.branches, 'branches'), files),
    agents: agentsOf(listOf(file.agents, 'agents'), files),
  };
}

const bad = (reason: string, cause?: unknown) => fail('bad-export', { reason }, cause);

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw bad(`it is not JSON: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

function fieldsOf(value: Json | undefined, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad(`${what} is not an object`);
  return value;
}

function listOf(value: Json | undefined, what: string): Json[] {
  if (!Array.isArray(value)) throw bad(`${what} is not a list`);
  return value;
}

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

const badLink = (): never => {
  throw bad('a link is no id of a conversation');
};

/** What a person could have written on its card, and nothing else. */
function labelsOf(about: Fields): ConversationFile['labels'] {
  const labels: ConversationFile['labels'] = {};
  for (const field of ['status', 'priority', 'intent', 'notes'] as const) {
    const value = textOf(about[field] ?? '');
    if (labelFault(field, value) !== undefined) throw bad(`its ${field} is not ${labelFault(field, value)}`);
    if (value !== '') labels[field] = value;
  }
  return labels;
}

function tagsOf(all: readonly Json[]): string[] {
  const tags = [...new Set(all.map(textOf))];
  if (tags.length > mostTags) throw bad(`it has more than ${mostTags} tags`);
  for (const tag of tags) if (tagFault(tag) !== undefined) throw bad(`a tag is not ${tagFault(tag)}`);
  return tags;
}

type Files = ReadonlyMap<string, Uint8Array>;

/** Each is named by a hash of its bytes. */
function filesOf(value: Json | undefined): Files {
  const files = new Map<string, Uint8Array>();
  for (const [name, content] of Object.entries(fieldsOf(value, 'files'))) {
    const bytes = Buffer.from(textOf(content), 'base64');
    if (!/^[0-9a-f]{16}\.[\w.]{1,64}$/.test(name) || shortHash(bytes) !== name.slice(0, 16))
      throw bad(`the file ${name} is not what its name says`);
    files.set(name, bytes);
  }
  return files;
}

function branchesOf(all: readonly Json[], files: Files): FileBranch[] {
  const told = new Map<TurnId, Turn>();
  const names = new Set<string>();
  return all.map((one) => {
    const { name, label, native, thread, turns } = fieldsOf(one, 'a branch');
    if (!isBranchName(textOf(name)) || names.has(textOf(name))) throw bad('the name of a branch is missing, wrong or given twice');
    names.add(textOf(name));
    if (textOf(native).length > longest) throw bad(`the source of ${textOf(name)} is longer than ${longest} characters`);
    if (textOf(label) !== '' && branchLabelFault(textOf(label)) !== undefined) throw bad(`the label of ${textOf(name)} is none`);
    const own = new Map(turnsOf(listOf(turns, 'turns'), files).map((turn) => [turn.id, turn]));
    const path = listOf(thread, 'thread').map((id) => {
      const turn = own.get(textOf(id) as TurnId) ?? told.get(textOf(id) as TurnId);
      if (!turn) throw bad(`the turn ${JSON.stringify(id)} of ${textOf(name)} is told nowhere`);
      return turn;
    });
    if (path.length === 0) throw bad(`${textOf(name)} tells no turn`);
    if (new Set(path).size !== path.length) throw bad(`${textOf(name)} tells a turn twice`);
    for (const turn of path) if (!told.has(turn.id)) told.set(turn.id, turn);
    return {
      name: textOf(name),
      ...(textOf(label) === '' ? {} : { label: textOf(label) }),
      ...(textOf(native) === '' ? {} : { native: textOf(native) }),
      turns: path,
    };
  });
}

function agentsOf(all: readonly Json[], files: Files): FileAgent[] {
  const ids = new Set<string>();
  return all.map((one) => {
    const { id, turns } = fieldsOf(one, 'an agent');
    if (textOf(id) === '' || textOf(id).length > 256 || ids.has(textOf(id)))
      throw bad('the id of an agent is missing, wrong or given twice');
    ids.add(textOf(id));
    const own = turnsOf(listOf(turns, 'turns'), files);
    if (own.length === 0) throw bad(`the agent ${JSON.stringify(id)} tells no turn`);
    if (new Set(own.map((turn) => turn.id)).size !== own.length) throw bad(`the agent ${JSON.stringify(id)} tells a turn twice`);
    return { id: textOf(id), turns: own };
  });
}

function turnsOf(all: readonly Json[], files: Files): Turn[] {
  return all.map((one) => {
    const { id, page } = fieldsOf(one, 'a turn');
    const turn = pageOf(textOf(id), textOf(page), files);
    if (!readTurnId(textOf(id)) || turn.id !== id) throw bad(`the page of the turn ${JSON.stringify(id)} is another one's`);
    const { kept, others } = turn.records;
    if ([...kept, ...others].some(({ length }) => length > recordId))
      throw bad(`the records of the turn ${JSON.stringify(id)} have no ids`);
    return turn;
  });
}

function pageOf(id: string, page: string, files: Files): Turn {
  try {
    return parsePage(page, (name) => files.get(name));
  } catch (error) {
    const reason = error instanceof ConvoError ? error.data.reason : String(error);
    throw bad(`the page of the turn ${JSON.stringify(id.slice(0, 20))} cannot be read: ${reason}`, error);
  }
}
