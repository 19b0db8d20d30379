import { code, link, row, words } from '../../model/catalogue/markdown.ts';
import { count } from '../../model/count.ts';
import { fileName, fileNames } from '../../model/export/file-name.ts';
import { threadMarkdown } from '../../model/export/markdown.ts';
import { timeText } from '../../model/export/thread.ts';
import { type BranchEntry, type Entry, shownBranches } from '../../store/entry.ts';
import type { Context } from '../context.ts';
import { targetOf } from '../target.ts';
import type { NewFile } from './new-files.ts';
import { threadOfTarget } from './thread.ts';

/** Names what has no name of its own. */
const nameless = 'unnamed';

/**
 * Returns the conversations that can be told: those with a turn, of which more than the card is here; `isAbsent` tells whether a file of the
 * library is one of the others'.
 */
export async function exportable(context: Context): Promise<{ entries: Entry[]; isAbsent: (path: string) => boolean }> {
  const entries = await (await context.reader()).entries();
  const absent = new Set<string>(entries.flatMap((entry) => (entry.absent ? [entry.id] : [])));
  if (absent.size > 0)
    context.warn(`${count(absent.size, 'conversation')} of which only the card is here ${absent.size === 1 ? 'is' : 'are'} left out`);
  const isAbsent = (path: string) => absent.has(path.split('/')[1]?.split('-').at(-1) ?? '');
  return { entries: entries.filter((entry) => !entry.absent && entry.branches.some(({ turns }) => turns > 0)), isAbsent };
}

/**
 * Yields the files of a library: a folder a project, in it a folder a conversation with the branch that its tool would resume as README.md, the
 * others in `branches/`, their files in `attachments/`; at last a list of all as README.md.
 */
export async function* libraryFiles(context: Context, entries: readonly Entry[]): AsyncIterable<NewFile> {
  const projects = fileNames(
    entries.map(({ project }) => project),
    nameless,
  );
  const listed = new Map<string, { entry: Entry; folder: string }[]>();
  for (const [done, entry] of entries.entries()) {
    context.host.signal.throwIfAborted();
    context.report('Exporting', done, entries.length);
    const project = projects.get(entry.project) ?? nameless;
    const folder = `${project}/${conversationName(entry)}`;
    yield* conversationFiles(context, entry, folder);
    listed.set(entry.project, [...(listed.get(entry.project) ?? []), { entry, folder }]);
  }
  yield { path: 'README.md', bytes: indexOf(listed) };
}

/** The day on which it began, its title and its id: in order, and no two alike. */
const conversationName = ({ id, title, started }: Entry): string =>
  [timeText(started).slice(0, 10), fileName(title), id].filter((part) => part !== '').join('-');

async function* conversationFiles(context: Context, entry: Entry, folder: string): AsyncIterable<NewFile> {
  const branches = shownBranches(entry).filter(({ turns }) => turns > 0);
  const active = branches.find(({ name }) => name === entry.active) ?? branches[0];
  const others = branches.filter((branch) => branch !== active);
  const names = fileNames(
    others.map(({ name }) => name),
    nameless,
  );
  const written = new Set<string>();
  const documents = active
    ? [{ branch: active, path: 'README.md' }, ...others.map((branch) => ({ branch, path: pathOf(branch, names) }))]
    : [];
  for (const { branch, path } of documents) {
    const thread = await threadOfTarget(context, await targetOf(context, entry, branch));
    const links =
      path === 'README.md'
        ? others.map((other) => link(nameOf(other), encodeURI(pathOf(other, names)), 60))
        : [link(active ? nameOf(active) : '', '../README.md', 60)];
    const { text, attachments } = threadMarkdown(thread, path === 'README.md' ? 'attachments/' : '../attachments/', links);
    yield { path: `${folder}/${path}`, bytes: text };
    for (const { name, bytes } of attachments) {
      if (written.has(name)) continue;
      written.add(name);
      yield { path: `${folder}/attachments/${name}`, bytes };
    }
  }
}

const nameOf = ({ label, name }: BranchEntry): string => label ?? name;
const pathOf = ({ name }: BranchEntry, names: ReadonlyMap<string, string>): string => `branches/${names.get(name) ?? name}.md`;

function indexOf(listed: ReadonlyMap<string, { entry: Entry; folder: string }[]>): string {
  let text = '# Conversations\n';
  for (const [project, conversations] of [...listed].sort(([a], [b]) => (a < b ? -1 : 1))) {
    text += `\n## ${project === '' ? 'No project' : words(project, 120)}\n\n${row('began', 'conversation', 'turns', 'branches', 'tool', 'tags')}${row('---', '---', '---', '---', '---', '---')}`;
    for (const { entry, folder } of conversations) {
      const { title, started, turns, branches, tool, tags = [] } = entry;
      const cells = [link(title, `${encodeURI(folder)}/README.md`, 120), `${turns}`, `${branches.length}`, code(tool, 40)];
      text += row(timeText(started).slice(0, 10), ...cells, tags.map((tag) => code(tag, 40)).join(' '));
    }
  }
  return text;
}
