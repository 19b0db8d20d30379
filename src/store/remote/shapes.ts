import { readConversationId } from '../../model/ids.ts';
import { conversationFile, profileFile, readChunkFile, readTurnFile } from '../layout.ts';

/** What of a file is looked at, besides its size. */
export type FileKind = 'page' | 'conversation' | 'card' | 'profile' | 'bytes';

/** What may stand at a place of a tree: a file, or a folder with the rule for what is in it. */
export type Shape = { file: FileKind; max: number } | { folder: Folder };

/** Returns what may stand under a name in a folder; undefined = nothing may. */
export type Folder = (name: string) => Shape | undefined;

const mb = 2 ** 20;
/** Pages hold 256 KB, unless their profile says otherwise; hosts take no object over 100 MB (sync.md 6). */
const page = 64 * mb;
const most = 100 * mb;

const file = (kind: FileKind, max: number): Shape => ({ file: kind, max });
const folderOf = (pattern: RegExp, inside: Shape | Folder): Shape => ({
  folder: (name) => (pattern.test(name) ? (typeof inside === 'function' ? { folder: inside } : inside) : undefined),
});

const turns = folderOf(/^\d{2,5}$/, (name) => (readTurnFile(name) ? file('page', page) : undefined));
const attachments = folderOf(/^[0-9a-f]{16}(\.[a-z0-9]{1,16}){0,2}$/, file('bytes', most));
const agents = folderOf(/^[a-z0-9-]{1,64}$/, (name) => (name === 'turns' ? turns : undefined));

/** A turn branch (format.md 3). */
const branch: Folder = (name) => {
  if (name === conversationFile) return file('conversation', mb);
  return { turns, attachments, agents }[name];
};

const records: Folder = (name) => {
  if (readChunkFile(name)) return file('bytes', most);
  return /^[0-9a-f]{2}$/.test(name) ? folderOf(/^[0-9a-f]{16}$/, file('bytes', most)) : undefined;
};

/** Source records (format.md 6). */
const raw: Folder = (name) => (/^[0-9a-f]{16}$/.test(name) ? { folder: records } : undefined);

const cards: Folder = (name) => (readConversationId(name.replace(/\.md$/, '')) && name.endsWith('.md') ? file('card', 8 * mb) : undefined);
const letter = /^[0-9a-hjkmnp-tv-z]$/;
const conversations = folderOf(letter, (name) => (letter.test(name) ? { folder: cards } : undefined));
/** Pages that are made anew at every push; nothing reads them here. */
const shown = file('bytes', 8 * mb);
const project: Folder = (name) => (/^[A-Za-z0-9_][A-Za-z0-9._@+-]{0,200}\.md$/.test(name) ? shown : undefined);
const projects: Folder = (name) => (/^[0-9a-z]$/.test(name) ? { folder: project } : project(name));

/** The catalogue (format.md 7). */
const catalogue: Folder = (name) => {
  if (name === profileFile) return file('profile', mb);
  if (name === 'README.md') return shown;
  if (name === 'projects') return { folder: projects };
  return name === 'conversations' ? conversations : undefined;
};

/** What may stand in the tree of each kind of ref. */
export const shapes: Readonly<Record<'turns' | 'raw' | 'catalogue', Folder>> = { turns: branch, raw, catalogue };
