import type { Host } from '../../host.ts';
import type { GitObject, Oid } from '../git.ts';
import { refNames } from '../list-refs.ts';
import { looseNames, looseProblem } from '../loose.ts';
import { decodeCommit, decodeTree, encodeTree, fileMode, isOid, type TreeEntry, treeMode } from '../objects.ts';
import { readRef } from '../refs.ts';
import type { ObjectReader } from './reader.ts';

interface Wanted {
  oid: Oid;
  type: GitObject['type'];
  by: string;
}

const says = (error: unknown) => (error instanceof Error ? error.message : String(error));

/**
 * Returns what is wrong with a repository, one line a finding: refs that hold no id, objects that are missing, torn, have
 * another id or another type, trees and commits that git would refuse. All refs are walked; loose objects that no ref reaches
 * are checked too.
 */
export async function findProblems(host: Host, gitdir: string, reader: ObjectReader): Promise<string[]> {
  const problems: string[] = [];
  const seen = new Set<string>();
  const queue = await tips(host, gitdir, problems);
  for (let next = queue.pop(); next; next = queue.pop()) {
    const key = `${next.oid} ${next.type}`;
    if (seen.has(key)) continue;
    seen.add(key);
    queue.push(...(await visit(reader, next, problems)));
  }
  for await (const { oid } of looseNames(host, gitdir)) {
    const problem = [...['commit', 'tree', 'blob']].some((type) => seen.has(`${oid} ${type}`))
      ? undefined
      : await looseProblem(host, gitdir, oid);
    if (problem !== undefined) problems.push(problem);
  }
  return problems;
}

async function tips(host: Host, gitdir: string, problems: string[]): Promise<Wanted[]> {
  const wanted: Wanted[] = [];
  for (const name of await refNames(host, gitdir, 'refs/')) {
    try {
      const oid = await readRef(host, gitdir, name);
      if (oid === undefined) problems.push(`${name} points to a ref that does not exist`);
      else wanted.push({ oid, type: 'commit', by: name });
    } catch (error) {
      problems.push(says(error));
    }
  }
  return wanted;
}

async function visit(reader: ObjectReader, { oid, type, by }: Wanted, problems: string[]): Promise<Wanted[]> {
  try {
    const object = await reader.object(oid);
    if (!object) problems.push(`missing ${type} ${oid}, which ${by} needs`);
    else if (object.type !== type) problems.push(`${oid} is a ${object.type}, but ${by} needs a ${type}`);
    else return parts(object, problems);
  } catch (error) {
    problems.push(says(error));
  }
  return [];
}

function parts({ oid, type, content }: GitObject, problems: string[]): Wanted[] {
  if (type === 'blob') return [];
  const by = `${type} ${oid}`;
  if (type === 'tree') {
    const entries = decodeTree(content, oid);
    const flaw = treeFlaw(entries, content);
    if (flaw) problems.push(`${by}: ${flaw}`);
    return entries
      .filter(({ mode }) => mode !== '160000')
      .map((entry) => ({ oid: entry.oid, type: entry.mode === treeMode ? 'tree' : 'blob', by }));
  }
  const commit = decodeCommit(content, oid);
  const flaw = commitFlaw(Buffer.from(content).toString('utf8'));
  if (flaw) problems.push(`${by}: ${flaw}`);
  return [{ oid: commit.tree, type: 'tree', by }, ...commit.parents.map((parent): Wanted => ({ oid: parent, type: 'commit', by }))];
}

const modes = new Set([fileMode, '100755', '120000', '160000', treeMode]);

/** The rules of git fsck for trees (git-fsck(1), "FSCK MESSAGES") that a text-only store can break. */
function treeFlaw(entries: readonly TreeEntry[], content: Uint8Array): string | undefined {
  const names = new Set(entries.map(({ name }) => name));
  if (names.size !== entries.length) return 'it holds a name twice';
  if (!Buffer.from(encodeTree(entries)).equals(content)) return 'its names are not in order';
  for (const { mode, name, oid } of entries) {
    if (!modes.has(mode)) return `mode ${mode} of ${name}`;
    if (name === '' || name.includes('/') || name === '.' || name === '..' || /^(\.git|git~1)[ .]*$/i.test(name))
      return `the name "${name}"`;
    if (!isOid(oid) || /^0+$/.test(oid)) return `no object for ${name}`;
  }
  return undefined;
}

const person = '[^<>\\n\\0]* <[^<>\\n\\0]*> (?:0|[1-9]\\d*) [+-]\\d{4}';
const commitHead = new RegExp(`^tree [0-9a-f]{40}\\n(?:parent [0-9a-f]{40}\\n)*author ${person}\\ncommitter ${person}\\n`);

function commitFlaw(text: string): string | undefined {
  if (!commitHead.test(text)) return "its head is not of git's form";
  return text.includes('\0') ? 'it holds a NUL' : undefined;
}
