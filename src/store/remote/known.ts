import type { GitEngine, Oid, Ref } from '../git.ts';
import { mainRef } from '../layout.ts';
import { conversationOf, trackingRef } from './remote.ts';

/** More names than this are cheaper looked for in one list of all refs. */
const few = 4;

/** Returns where refs stand, those of them that exist. */
export async function refsNamed(engine: GitEngine, names: readonly string[]): Promise<Map<string, Oid>> {
  const wanted = new Set(names);
  const found = names.length > few ? await engine.refs('refs/') : (await Promise.all(names.map((name) => engine.refs(name)))).flat();
  return new Map(found.filter(({ name }) => wanted.has(name)).map(({ name, oid }) => [name, oid]));
}

/** Returns the tips of the store that say what of these refs is here already: those of the same conversations, here and as fetched. */
export async function knownTips(engine: GitEngine, remote: string, refs: readonly string[]): Promise<Oid[]> {
  const prefixes = new Set(refs.map((ref) => conversationOf(ref)).filter((name) => name !== undefined));
  const tips: Ref[] = refs.includes(mainRef) ? await exactly(engine, [mainRef, trackingRef(remote, mainRef)]) : [];
  if (prefixes.size > 1) {
    for (const ref of await engine.refs('refs/')) {
      const [tool, id] = ref.name.replace(/^refs\/(convo\/remotes\/[^/]+\/)?(convo\/)?(heads|raw)\//, '').split('/');
      if (prefixes.has(`${tool}/${id}`)) tips.push(ref);
    }
  } else {
    for (const name of prefixes) tips.push(...(await tipsOf(engine, remote, name)));
  }
  return [...new Set(tips.map(({ oid }) => oid))];
}

const exactly = async (engine: GitEngine, names: readonly string[]) => (await Promise.all(names.map((name) => engine.refs(name)))).flat();

async function tipsOf(engine: GitEngine, remote: string, name: string): Promise<Ref[]> {
  const heads = `refs/heads/${name}/`;
  const raw = `refs/convo/raw/${name}`;
  return (
    await Promise.all([heads, trackingRef(remote, heads), raw, trackingRef(remote, raw)].map((prefix) => engine.refs(prefix)))
  ).flat();
}
