import { join } from 'node:path';
import { fail } from '../../errors.ts';
import type { Host } from '../../host.ts';
import type { Claim } from '../claim.ts';
import { cannotWrite, listIfThere, nonce, objectMode, privateFile, privateFolder, removeTree, statIfThere } from '../files.ts';
import type { Oid, Ref } from '../git.ts';
import { adoptPack } from '../pack/adopt.ts';
import { packedHeader } from '../packed-refs.ts';

/**
 * A repository beside the store, in the folder of a claim, that borrows the store's objects: what a remote sends comes here first, and
 * only its packs are taken over, after they were looked at. It is thrown away, also by the next command when this one is killed.
 */
export interface Quarantine {
  readonly gitdir: string;
  /** Says which commits of the store the other side may take for known. */
  know(oids: readonly Oid[]): Promise<void>;
  /** Returns what was said last. */
  known(): readonly Oid[];
  /** Names of the packs that came, without their endings. */
  packs(): Promise<string[]>;
  /** Bytes that came so far, half a pack included. */
  bytes(): Promise<number>;
  /** Brings all packs into the store; durable on return. */
  adopt(): Promise<void>;
  /** Drops what came. */
  clear(): Promise<void>;
}

const config = '[core]\n\trepositoryformatversion = 0\n\tbare = true\n';

/** Makes a repository that borrows the objects of a store, and has none and no refs of its own. */
export async function makeBorrower({ fs }: Host, store: string, gitdir: string): Promise<void> {
  const write = (name: string, text: string) => fs.writeFile(join(gitdir, name), text, { mode: privateFile });
  try {
    for (const folder of ['', 'objects', 'objects/info', 'objects/pack', 'refs']) {
      fs.mkdirSync(join(gitdir, folder), { mode: privateFolder });
    }
    await write('objects/info/alternates', `${join(store, 'objects')}\n`);
    await write('config', config);
    await write('HEAD', 'ref: refs/heads/none\n');
  } catch (error) {
    throw cannotWrite(gitdir, error);
  }
}

/** Gives such a repository these refs, and no others. */
export async function nameRefs({ fs }: Host, gitdir: string, refs: readonly Ref[]): Promise<void> {
  const lines = [...refs].sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ name, oid }) => `${oid} ${name}\n`);
  const text = packedHeader + lines.join('');
  await fs.writeFile(join(gitdir, 'packed-refs'), text, { mode: privateFile });
}

/** Makes the quarantine of a store in the folder of a claim. */
export async function openQuarantine(host: Host, store: string, claim: Claim): Promise<Quarantine> {
  const { fs } = host;
  const gitdir = join(claim.path, `incoming-${nonce()}`);
  await makeBorrower(host, store, gitdir);
  const packFolder = join(gitdir, 'objects/pack');
  const packs = async () => (await listIfThere(fs, packFolder)).flatMap((name) => /^(pack-[0-9a-f]{40})\.idx$/.exec(name)?.[1] ?? []);
  let known: readonly Oid[] = [];
  return {
    gitdir,
    packs,
    known: () => known,
    async know(oids) {
      known = oids;
      await nameRefs(
        host,
        gitdir,
        oids.map((oid, index) => ({ name: `refs/known/${String(index).padStart(8, '0')}`, oid })),
      );
    },
    async bytes() {
      const sizes = (await listIfThere(fs, packFolder)).map(async (name) => (await statIfThere(fs, join(packFolder, name)))?.size ?? 0);
      return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    },
    async adopt() {
      for (const name of await packs()) {
        const from = join(claim.path, `taken-${nonce()}`);
        fs.mkdirSync(from, { mode: privateFolder });
        for (const ending of ['pack', 'idx']) {
          fs.chmodSync(join(packFolder, `${name}.${ending}`), objectMode);
          fs.renameSync(join(packFolder, `${name}.${ending}`), join(from, `${name}.${ending}`));
        }
        await adoptPack(host, store, from, name, claim.path);
        await removeTree(fs, from);
      }
      await clear();
    },
    clear,
  };

  async function clear(): Promise<void> {
    await removeTree(fs, packFolder);
    fs.mkdirSync(packFolder, { mode: privateFolder });
  }
}

/** A remote sent something that must not come in; told apart from a remote that cannot be reached, because its other refs may be sound. */
export const badContent = (reason: string) => fail('bad-remote-content', { reason });
