import { join } from 'node:path';
import type { Host } from '../../host.ts';
import { keepText } from '../claim.ts';
import { cannotWrite, createFile, removeIfThere, statIfThere, syncFolder } from '../files.ts';

/**
 * Moves a pack into the store: the .pack before the .idx, because git takes an .idx for a sign that both are there. The .keep
 * comes first and goes last: a repack that meets a .pack would delete it with what it could not see of it yet. `from` is the
 * folder of the writer's claim, or one below that, `name` the files' common name. Throws `cannot-write`, and has taken back all of it then.
 */
export async function adoptPack({ fs }: Host, gitdir: string, from: string, name: string, claim = from): Promise<void> {
  const to = join(gitdir, 'objects/pack');
  const keep = join(to, `${name}.keep`);
  try {
    createFile(fs, keep, keepText(claim));
    fs.renameSync(join(from, `${name}.pack`), join(to, `${name}.pack`));
    fs.renameSync(join(from, `${name}.idx`), join(to, `${name}.idx`));
  } catch (error) {
    if (await statIfThere(fs, join(from, `${name}.idx`))) await removeIfThere(fs, join(to, `${name}.pack`));
    await removeIfThere(fs, keep);
    throw cannotWrite(to, error);
  }
  await syncFolder(fs, to);
  await removeIfThere(fs, keep);
}
