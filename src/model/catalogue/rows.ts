import { isBranchName } from '../branch-name.ts';
import { cardPath } from '../card-page.ts';
import type { ConversationId, ToolId } from '../ids.ts';
import { code, link, row } from './markdown.ts';

/** What the catalogue tells of a conversation; an `Entry` of the store is one. */
export interface CatalogueRow {
  id: ConversationId;
  tool: ToolId;
  title: string;
  project: string;
  /** ISO times of the first and of the last turn. */
  started?: string | undefined;
  updated?: string | undefined;
  /** Turns on the active branch. */
  turns: number;
  /** False for one without an answered prompt: it is counted, and not listed. */
  answered: boolean;
  active: string;
  /** Where its active branch is shown here and is another conversation's. */
  home?: { conversation: ConversationId; branch: string } | undefined;
  tags?: readonly string[] | undefined;
  status?: string | undefined;
  priority?: string | undefined;
  intent?: string | undefined;
}

/**
 * How a page of the branch `main` links another branch on the host that shows it: by `tree/<branch>` beside `blob/main` (GitHub, GitLab),
 * by `<branch>` beside `main` (Gitea, Forgejo), or not at all: then the card is linked, which is a file like the page itself.
 */
export type HostLinks = 'tree' | 'branch' | 'card';

/** Returns how the host of a remote's URL links branches. */
export function hostLinks(url: string): HostLinks {
  const host = /^(?:[a-z+]+:\/\/)?(?:[^@/]*@)?([^:/]+)/i.exec(url)?.[1] ?? '';
  return /(?:^|\.)codeberg\.org$|gitea|forgejo/i.test(host) ? 'branch' : 'tree';
}

/** Where a page stands: how many folders deep, and on what kind of host. */
export interface Place {
  depth: 0 | 2;
  links: HostLinks;
}

/** Returns a link to the folder of the active branch of a conversation, its title as words. */
export function titleLink({ id, tool, title, active, home }: CatalogueRow, { depth, links }: Place): string {
  const { conversation, branch: name } = home ?? { conversation: id, branch: active };
  const branch = `${tool}/${conversation}/${isBranchName(name) ? name : 'main'}`;
  const up = (folders: number) => '../'.repeat(folders + depth);
  const target = { tree: `${up(2)}tree/${branch}`, branch: up(1) + branch, card: up(0) + cardPath(id) }[links];
  return link(title, target, 72);
}

/** Returns `2026-02-10 09:12`, UTC; '' where it is not known. */
export const minute = (iso: string | undefined): string =>
  iso !== undefined && /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(iso) ? `${iso.slice(0, 10)} ${iso.slice(11, 16)}` : '';

const mostTags = 8;

/** Returns what people put on a conversation, each as code. */
export function labels({ priority, status, intent, tags = [] }: CatalogueRow): string {
  const words = [priority ? code(`P${priority}`, 8) : '', code(status ?? '', 32), code(intent ?? '', 48)];
  const shown = tags.slice(0, mostTags).map((tag) => code(`#${tag}`, 33));
  const more = tags.length > mostTags ? [`and ${tags.length - mostTags} more`] : [];
  return [...words, ...shown, ...more].filter((word) => word !== '').join(' ');
}

export const projectHead =
  row('Began', 'Last turn', 'Conversation', 'Tool', 'Turns', 'Labels', 'Id') + row('---', '---', '---', '---', '--:', '---', '---');

/** Returns the row of a conversation on the page of its project. */
export function projectRow(one: CatalogueRow, place: Place): string {
  const { id, tool, turns, started, updated } = one;
  return row(minute(started), minute(updated), titleLink(one, place), tool, String(turns), labels(one), `\`${id}\``);
}

/** What a row on the page of a project tells that a card does not, or that is known only where the turns are. */
export type ToldRow = Pick<CatalogueRow, 'started' | 'updated' | 'turns'> & Partial<Pick<CatalogueRow, 'active'>>;

// Each piece ends at a character that it cannot hold: the pages are another device's, and may be anything.
const linkWords = '\\[(?:[^\\\\[\\]\\n]|\\\\.)*\\]';
const time = '(\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d)?';
const target = '\\((?:[^()\\n]*/)?([^()/\\n]*)\\)';
const printed = new RegExp(
  `^\\| ${time} \\| ${time} \\| ${linkWords}${target} \\| [a-z0-9-]+ \\| (\\d{1,9}) \\| .*\\| \`([0-9a-z]{10,16})\` \\|$`,
  'gm',
);

/**
 * Returns what the pages of projects, as another device wrote them, tell of their conversations: without it a device that has only the
 * card of one would take its times away. What is no such row is passed over.
 */
export function toldRows(pages: Iterable<string>): Map<string, ToldRow> {
  const told = new Map<string, ToldRow>();
  for (const page of pages)
    for (const [, started, updated, branch = '', turns, id = ''] of page.matchAll(printed))
      told.set(id, {
        ...(started === undefined ? {} : { started: isoOf(started) }),
        ...(updated === undefined ? {} : { updated: isoOf(updated) }),
        turns: Number(turns),
        ...(isBranchName(branch) && !branch.endsWith('.md') ? { active: branch } : {}),
      });
  return told;
}

const isoOf = (text: string) => `${text.replace(' ', 'T')}:00.000Z`;
