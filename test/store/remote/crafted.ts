import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';
import type { Oid } from '../../../src/store/git.ts';
import { objectId } from '../../../src/store/objects.ts';
import { branchOf, rawOf } from './devices.ts';

/** A row of a tree as bytes: any mode, any name. */
export type Row = [mode: string, name: string | Uint8Array, oid: string];

/** The objects of a repository that nobody's git made. */
export class Crafted {
  readonly objects = new Map<Oid, { type: string; content: Uint8Array }>();
  readonly refs = new Map<string, string>();

  add(type: string, content: Uint8Array | string): Oid {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    const oid = objectId(type as 'blob', bytes);
    this.objects.set(oid, { type, content: bytes });
    return oid;
  }

  blob(content: Uint8Array | string): Oid {
    return this.add('blob', content);
  }

  /** Rows stand as they are given. */
  tree(rows: readonly Row[]): Oid {
    const parts = rows.flatMap(([mode, name, oid]) => [
      Buffer.from(`${mode} `),
      Buffer.from(name),
      Buffer.from([0]),
      Buffer.from(oid, 'hex'),
    ]);
    return this.add('tree', Buffer.concat(parts));
  }

  commit(tree: string, parents: readonly string[] = [], message = 'turn\n', head = ''): Oid {
    const lines = parents.map((parent) => `parent ${parent}\n`).join('');
    const who = '<convo@localhost> 1700000000 +0000\n';
    return this.add('commit', `tree ${tree}\n${lines}author user ${who}committer convo ${who}${head}\n${message}`);
  }

  /** Writes it into a bare repository. */
  write(folder: string): void {
    for (const [oid, { type, content }] of this.objects) {
      const path = join(folder, 'objects', oid.slice(0, 2), oid.slice(2));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, deflateSync(Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content])));
    }
    for (const [ref, value] of this.refs) {
      mkdirSync(dirname(join(folder, ref)), { recursive: true });
      writeFileSync(join(folder, ref), `${value}\n`);
    }
  }
}

export const conversationPage = '---\nconvo: 1\ntool: claude-code\nid: bad0000000\norigin: x\n---\n';
const turnName = '0001-user-aaaaaaaaaaa1.md';
const turnPage = '---\nconvo: 1\nturn: aaaaaaaaaaa1\nn: 1\nrole: user\n---\n\nhello\n';
const card = (front: string) => `---\nconvo: 1\nid: abc0000000\ntool: claude-code\n${front}---\n`;

/** A repository that must not come in. */
export interface Evil {
  name: string;
  ref: string;
  /** What is said of it. */
  reason: RegExp;
  make(repo: Crafted): string;
  /** Only a git that wrote it down finds it: it is in how the repository is kept, not in what it sends. */
  onDisk?(folder: string): void;
}

const turns = branchOf('bad');
const raw = rawOf('bad');
const main = 'refs/heads/main';

const good = (repo: Crafted): Row[] => [['100644', 'conversation.md', repo.blob(conversationPage)]];
const after = (rows: Row[], row: Row): Row[] => [...rows, row].sort((a, b) => Buffer.compare(Buffer.from(a[1]), Buffer.from(b[1])));
const inTree = (
  name: string | Uint8Array,
  reason: RegExp,
  mode = '100644',
  of: (repo: Crafted) => string = (repo) => repo.blob('x'),
): Evil => ({
  name: `${mode} ${JSON.stringify(Buffer.from(name).toString('latin1').slice(0, 40))}`,
  ref: turns,
  reason,
  make: (repo) => repo.commit(repo.tree(after(good(repo), [mode, name, of(repo)]))),
});
const page = (name: string, text: string, reason: RegExp): Evil => ({
  name,
  ref: turns,
  reason,
  make: (repo) =>
    repo.commit(
      repo.tree([...good(repo), ['40000', 'turns', repo.tree([['40000', '00', repo.tree([['100644', turnName, repo.blob(text)]])]])]]),
    ),
});
const inCatalogue = (name: string, rows: (repo: Crafted) => Row[], reason: RegExp): Evil => ({
  name,
  ref: main,
  reason,
  make: (repo) => repo.commit(repo.tree(rows(repo))),
});
const cardAt = (repo: Crafted, text: string, file = 'abc0000000.md'): Row[] => [
  ['40000', 'conversations', repo.tree([['40000', 'a', repo.tree([['40000', 'b', repo.tree([['100644', file, repo.blob(text)]])]])]])],
];
const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'.replace(/./g, (key, at: number) => {
  const before = String.fromCharCode(97 + at);
  return `${key}: &${key} [${Array(9).fill(`*${before}`).join(',')}]\n`;
})}`;
const gitlike = /fsck error|no place of convo's|contains '?\.git|hasDotgit/i;
const folder = (repo: Crafted) => repo.tree([['100644', 'x', repo.blob('x')]]);

const paths: Evil[] = [
  ...['.git', '.GIT', '.Git', 'git~1', 'GIT~1', '.g\u200cit', '.git\u200c', '.git ', '.git.', '.git::$INDEX_ALLOCATION'].map((name) =>
    inTree(name, gitlike),
  ),
  ...['..', '.', 'a/b', '/etc/passwd', '../../canary', ''].map((name) =>
    inTree(name, /fsck error|no place|not a|cut off|empty|Dot|slash/i),
  ),
  ...['a\\b', '..\\x', 'a\nb', 'a\rb', '\u202ex.md', '-x', '--upload-pack=touch canary', 'CON', 'HEAD', 'config', 'README.md'].map((name) =>
    inTree(name, /no place of convo's|fsck error/),
  ),
  inTree(Buffer.from([0x61, 0xff, 0x62]), /not UTF-8|no place/),
  inTree('x'.repeat(5_000), /no place/),
  inTree('.gitattributes', /no place|fsck error/),
  inTree('.gitmodules', /no place|fsck error/),
  inTree('.gitmodules', /no place|mode|fsck error|gitmodules/, '120000'),
  inTree('.git', gitlike, '40000', folder),
  inTree('hooks', /no place/, '40000', folder),
  inTree('turns', /mode/, '100644'),
  inTree('agents', /no place/, '40000', (repo) => repo.tree([['40000', '..x', folder(repo)]])),
  inTree('turns', /no place/, '40000', (repo) =>
    repo.tree([['40000', '00', repo.tree([['100644', '0001-user-x.md', repo.blob(turnPage)]])]]),
  ),
  inTree('turns', /no place/, '40000', (repo) => repo.tree([['40000', '00', repo.tree([['40000', '00', folder(repo)]])]])),
];

const modes: Evil[] = [
  inTree('attachments', /mode|no place/, '120000', (repo) => repo.blob('/etc/passwd')),
  inTree('attachments', /mode|no place/, '160000', () => '1'.repeat(40)),
  ...['100755', '120000', '100664', '100600', '160000', '777', '0100644'].map(
    (mode): Evil => ({
      name: `conversation.md as ${mode}`,
      ref: turns,
      reason: /mode|fsck error|zero-padded/i,
      make: (repo) => repo.commit(repo.tree([[mode, 'conversation.md', repo.blob(conversationPage)]])),
    }),
  ),
  {
    name: 'a folder with a mode that begins with zero',
    ref: turns,
    reason: /mode|fsck error|zero/i,
    make: (repo) => repo.commit(repo.tree([...good(repo), ['040000', 'turns', repo.tree([])]])),
  },
  {
    name: 'the same name twice',
    ref: turns,
    reason: /order|duplicate|fsck error/i,
    make: (repo) => repo.commit(repo.tree([...good(repo), ...good(repo)])),
  },
  {
    name: 'rows out of order',
    ref: turns,
    reason: /order|sorted|fsck error/i,
    make: (repo) => repo.commit(repo.tree([['40000', 'turns', repo.tree([])], ...good(repo)])),
  },
];

const absent = '2'.repeat(40);
const structure: Evil[] = [
  {
    name: 'a missing page',
    ref: turns,
    reason: /missing|necessary|not our ref|unable|bad|corrupt/i,
    make: (repo) => repo.commit(repo.tree([['100644', 'conversation.md', absent]])),
  },
  { name: 'a missing tree', ref: turns, reason: /missing|necessary|unable|bad|corrupt/i, make: (repo) => repo.commit(absent) },
  {
    name: 'a missing parent',
    ref: turns,
    reason: /missing|necessary|unable|bad|corrupt|parse/i,
    make: (repo) => repo.commit(repo.tree(good(repo)), [absent]),
  },
  {
    name: "a commit that is its tree's blob",
    ref: turns,
    reason: /fsck|is a|not a|bad|corrupt|tree/i,
    make: (repo) => repo.commit(repo.blob('no tree')),
  },
  {
    name: 'a page that is a tree',
    ref: turns,
    reason: /is a|not a|bad|corrupt|fsck/i,
    make: (repo) => repo.commit(repo.tree([['100644', 'conversation.md', repo.tree([])]])),
  },
  {
    name: 'a tag',
    ref: turns,
    reason: /tag|is a/i,
    make: (repo) => repo.add('tag', `object ${repo.commit(repo.tree(good(repo)))}\ntype commit\ntag v1\ntagger a <a@b> 1 +0000\n\nx\n`),
  },
  { name: 'a tree as a branch', ref: turns, reason: /is a tree|commit/i, make: (repo) => repo.tree(good(repo)) },
  { name: 'a blob as a branch', ref: turns, reason: /is a blob|commit/i, make: (repo) => repo.blob('x') },
  {
    name: 'a commit without an author',
    ref: turns,
    reason: /author|fsck/i,
    make: (repo) => repo.add('commit', `tree ${repo.tree(good(repo))}\n\nx\n`),
  },
  { name: 'a commit with NUL', ref: turns, reason: /NUL|fsck|nul/i, make: (repo) => repo.commit(repo.tree(good(repo)), [], 'a\0b\n') },
  {
    name: 'a tree that is cut off',
    ref: turns,
    reason: /cut off|fsck|too-short|bad/i,
    make: (repo) => repo.commit(repo.add('tree', '100644 conversation.md\0abc')),
  },
  { name: 'a commit of 2 MB', ref: turns, reason: /bytes/, make: (repo) => repo.commit(repo.tree(good(repo)), [], 'x'.repeat(2 << 20)) },
  {
    name: 'a page of 65 MB',
    ref: turns,
    reason: /bytes/,
    make: (repo) =>
      repo.commit(
        repo.tree([
          ...good(repo),
          ['40000', 'turns', repo.tree([['40000', '00', repo.tree([['100644', turnName, repo.blob(Buffer.alloc(65 << 20))]])]])],
        ]),
      ),
  },
  {
    name: 'a tree of 280,000 rows',
    ref: turns,
    reason: /bytes/,
    make: (repo) => {
      const blob = repo.blob('x');
      const rows = Array.from(
        { length: 280_000 },
        (_, at): Row => ['100644', `${at.toString(16).padStart(16, '0')}.${'a'.repeat(15)}`, blob],
      );
      return repo.commit(repo.tree([['40000', 'attachments', repo.tree(rows)], ...good(repo)]));
    },
  },
  { name: 'no conversation.md', ref: turns, reason: /no conversation\.md/, make: (repo) => repo.commit(repo.tree([])) },
  {
    name: 'another conversation',
    ref: turns,
    reason: /holds the conversation/,
    make: (repo) => repo.commit(repo.tree([['100644', 'conversation.md', repo.blob(conversationPage.replace('bad', 'abc'))]])),
  },
  { name: 'a catalogue as a branch', ref: turns, reason: /no place/, make: (repo) => repo.commit(repo.tree(cardAt(repo, card('')))) },
  { name: 'turns as source records', ref: raw, reason: /no place/, make: (repo) => repo.commit(repo.tree(good(repo))) },
  {
    name: 'a program among source records',
    ref: raw,
    reason: /no place/,
    make: (repo) => repo.commit(repo.tree([['40000', '0123456789abcdef', repo.tree([['100644', 'run.sh', repo.blob('#!/bin/sh')]])]])),
  },
  {
    name: 'code in the catalogue',
    ref: main,
    reason: /no place/,
    make: (repo) => repo.commit(repo.tree([['100644', 'package.json', repo.blob('{}')]])),
  },
  {
    name: '20 parents',
    ref: main,
    reason: /parents/,
    make: (repo) =>
      repo.commit(
        repo.tree([]),
        Array.from({ length: 20 }, (_, at) => repo.commit(repo.tree([]), [], `${at}\n`)),
      ),
  },
];

const texts: Evil[] = [
  page('an alias bomb on a page', `---\nconvo: 1\nturn: aaaaaaaaaaa1\nn: 1\nrole: user\n${bomb}---\n`, /anchor|alias/),
  page('JavaScript as frontmatter', '---js\n{ a: require("fs").writeFileSync("canary", "") }\n---\n', /frontmatter/),
  page('a tag of YAML', '---\nconvo: 1\nturn: !!js/function "function(){}"\nn: 1\nrole: user\n---\n', /tag/),
  page('frontmatter of 70 KB', `---\nconvo: 1\nturn: aaaaaaaaaaa1\nn: 1\nrole: user\nx: ${'y'.repeat(70_000)}\n---\n`, /64 KB|frontmatter/),
  page('frontmatter that does not end', `---\n${'x: y\n'.repeat(40_000)}`, /does not end/),
  page('frontmatter nested 10,000 deep', `---\nconvo: 1\nx: ${'['.repeat(10_000)}\n---\n`, /YAML|frontmatter|turn/),
  page('a prototype key', '---\nconvo: 1\nturn: aaaaaaaaaaa1\nn: 1\nrole: user\n__proto__: {a: 1}\n---\n', /__proto__/),
  page('no frontmatter', 'hello\n', /frontmatter/),
  page('a page of another turn', turnPage.replace('aaaaaaaaaaa1', 'bbbbbbbbbbb1'), /stands under the name/),
  inCatalogue('an alias bomb on a card', (repo) => cardAt(repo, card(bomb)), /anchor|alias/),
  inCatalogue('an alias bomb in the profile', (repo) => [['100644', 'convo.yaml', repo.blob(bomb)]], /anchor|alias/),
  inCatalogue('a card under another name', (repo) => cardAt(repo, card(''), 'abd0000000.md'), /stands under the name/),
  inCatalogue('a card that names a path as a branch', (repo) => cardAt(repo, card('branches:\n  ../../x: {at: abc}\n')), /branch/),
  inCatalogue('a card of 9 MB', (repo) => cardAt(repo, card(`title: ${'x'.repeat(9 << 20)}\n`)), /bytes/),
];

/** Repositories whose one branch must be refused. */
export const evils: readonly Evil[] = [...paths, ...modes, ...structure, ...texts];
