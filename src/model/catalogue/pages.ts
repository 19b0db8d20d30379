import { compare } from '../card.ts';
import { count, grouped } from '../count.ts';
import { shortHash } from '../hash.ts';
import { code, link, row } from './markdown.ts';
import { type CatalogueRow, type HostLinks, labels, minute, projectHead, projectRow, titleLink } from './rows.ts';

/** Conversations on the first page. */
const latest = 200;
/** Projects on the first page. */
const mostProjects = 50;
/** Rows of a project's page: one changed conversation rewrites one page of its project and the first page. */
const pageRows = 200;

/** Returns whether a path of the catalogue is one of these pages: those that are not made anew go. */
export const isCataloguePage = (path: string): boolean => path === 'README.md' || path.startsWith('projects/');

interface Project {
  name: string;
  /** `projects/1/app-1f3a9c2b`, without what follows. */
  path: string;
  /** Those that are listed, at least one, in the order in which they began. */
  listed: CatalogueRow[];
  conversations: number;
  /** The last turn of any. */
  updated: string;
}

/**
 * Returns the pages that a git host shows of the catalogue (sync.md 3), path → page: `README.md` with the projects and the latest
 * conversations, and for each project its own, with older ones numbered from the oldest on, so that a page that is full never changes
 * because of a new conversation. The same conversations give the same bytes, in whatever order they come: all times are theirs.
 */
export function cataloguePages(rows: Iterable<CatalogueRow>, { links = 'tree' }: { links?: HostLinks } = {}): Map<string, string> {
  const all = [...rows];
  const projects = projectsOf(all);
  const pages = new Map([['README.md', firstPage(all, projects, links)]]);
  for (const project of projects) for (const [path, page] of projectPages(project, links)) pages.set(path, page);
  return pages;
}

function projectsOf(rows: readonly CatalogueRow[]): Project[] {
  const byName = new Map<string, CatalogueRow[]>();
  for (const one of rows) {
    const group = byName.get(one.project);
    if (group) group.push(one);
    else byName.set(one.project, [one]);
  }
  const projects = [...byName].map(
    ([name, group]): Project => ({
      name,
      path: projectPath(name),
      listed: group.filter(({ answered }) => answered).sort(byBegin),
      conversations: group.length,
      updated: group.reduce((newest, { updated }) => (minute(updated) > newest ? minute(updated) : newest), ''),
    }),
  );
  return projects.filter(({ listed }) => listed.length > 0).sort((a, b) => order(b.updated, a.updated) || compare(a.name, b.name));
}

/** Of times and ids, which are ASCII. */
const order = (a: string, b: string) => (a === b ? 0 : a < b ? -1 : 1);
const byBegin = (a: CatalogueRow, b: CatalogueRow) => order(minute(a.started), minute(b.started)) || order(a.id, b.id);
const byEnd = (a: CatalogueRow, b: CatalogueRow) => order(minute(b.updated), minute(a.updated)) || order(a.id, b.id);

/** The last part of the name, for people, and a hash of the whole; its first character is a folder, since a change writes its whole folder anew. */
function projectPath(name: string): string {
  const slug = (name.split(/[/\\]/).filter(Boolean).at(-1) ?? '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  const hash = shortHash(name).slice(0, 8);
  return `projects/${hash.charAt(0)}/${slug || 'project'}-${hash}`;
}

const projectName = ({ name }: Project) => name || 'no project';

function firstPage(rows: readonly CatalogueRow[], projects: readonly Project[], links: HostLinks): string {
  const turns = rows.reduce((sum, one) => sum + one.turns, 0);
  const tools = [...new Set(rows.map(({ tool }) => tool))]
    .sort(compare)
    .map((tool) => `${tool} ${grouped(rows.filter((one) => one.tool === tool).length)}`);
  const counts = [count(rows.length, 'conversation'), count(turns, 'turn'), count(projects.length, 'project'), ...tools];
  const listed = rows.filter(({ answered }) => answered).sort(byEnd);
  const newest = listed.slice(0, latest);
  const place = { depth: 0, links } as const;
  return [
    `# Conversations\n\n${counts.join(' · ')}\n\nWritten by \`convo push\`, read by \`convo clone\`; times are UTC. A branch holds the turns of one line of a conversation,\n\`conversations/\` a card for each.\n`,
    `\n## Projects\n\n${row('Project', 'Conversations', 'Last turn')}${row('---', '--:', '---')}`,
    ...projects
      .slice(0, mostProjects)
      .map((project) => row(link(projectName(project), `${project.path}.md`, 80), String(project.conversations), project.updated)),
    projects.length > mostProjects ? `\nand ${grouped(projects.length - mostProjects)} more in [projects](projects)\n` : '',
    `\n## ${listed.length > newest.length ? `The latest ${newest.length}` : 'Conversations'}\n\n`,
    row('Last turn', 'Conversation', 'Project', 'Tool', 'Turns', 'Labels', 'Id') + row('---', '---', '---', '---', '--:', '---', '---'),
    ...newest.map((one) =>
      row(minute(one.updated), titleLink(one, place), projectCell(one.project), one.tool, String(one.turns), labels(one), `\`${one.id}\``),
    ),
  ].join('');
}

const projectCell = (name: string) => code(name.split(/[/\\]/).filter(Boolean).at(-1) ?? '', 32);

function* projectPages(project: Project, links: HostLinks): Iterable<[path: string, page: string]> {
  const { listed, path } = project;
  const last = Math.ceil(listed.length / pageRows) - 1;
  const name = (at: number) => `${path}${at === last ? '' : `-${at + 1}`}.md`;
  for (let at = 0; at <= last; at += 1) {
    const rows = listed.slice(at * pageRows, (at + 1) * pageRows).reverse();
    const older = at > 0 ? `[older](${name(at - 1).slice('projects/x/'.length)}) · ` : '';
    const page = [
      `# ${code(projectName(project), 120)}\n\n${older}[all projects](../../README.md)\n\n`,
      projectHead,
      ...rows.map((one) => projectRow(one, { depth: 2, links })),
    ];
    yield [name(at), page.join('')];
  }
}
