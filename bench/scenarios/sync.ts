import { cpSync, rmSync } from 'node:fs';
import type { Scenario } from '../bench.ts';
import { convo, emptyNode, repository } from '../convo.ts';
import { claudeConversation } from '../corpus/claude-code.ts';
import { filesBelow } from '../corpus/files.ts';
import { random } from '../corpus/random.ts';
import { type Figure, median } from '../figure.ts';
import { interleave, ratios, run } from '../measure.ts';

const quietRounds = 9;
const changeRounds = 7;
const pushRounds = 3;
const cloneRounds = 3;
const everything = ['refs/heads/*:refs/heads/*', 'refs/convo/raw/*:refs/convo/raw/*'];

/** Syncing with a bare repository on this machine, against git pushing the same refs. */
export const syncScenario: Scenario = async (bench, { corpus: { home, conversations }, name, store: ready }) => {
  const { work, say } = bench;
  const store = work.fresh('synced');
  cpSync(await ready(), store, { recursive: true });
  const options = { env: { HOME: home, PATH: process.env.PATH ?? '', GIT_CONFIG_NOSYSTEM: '1' }, cwd: home };
  const git = (...args: string[]) => run('git', args, options);
  const own = (...args: string[]) => git('--git-dir', repository(store), ...args);
  const typed = (...args: string[]) => convo(home, store, args);
  const bare = async () => {
    const path = work.fresh('remote.git');
    await git('init', '-q', '--bare', '--initial-branch=main', path);
    return path;
  };

  say(`sync: ${pushRounds} first pushes`);
  await typed('remote', 'add', 'origin', await bare());
  const first = await interleave(pushRounds, {
    convo: async () => {
      await typed('remote', 'set', 'origin', await bare());
      return (await typed('push')).seconds;
    },
    git: async () => (await own('push', '-q', await bare(), ...everything)).seconds,
  });

  const [remote, other] = [await bare(), work.fresh('other.git')];
  await typed('remote', 'set', 'origin', remote);
  await typed('sync');
  cpSync(remote, other, { recursive: true });
  say(`sync: ${quietRounds} rounds with nothing new`);
  const quiet = await interleave(quietRounds, {
    node: async () => (await emptyNode(home)).seconds,
    ask: async () => (await own('ls-remote', remote, 'refs/heads/main')).seconds,
    sync: async () => (await typed('sync')).seconds,
  });

  say(`sync: ${changeRounds} rounds with one changed conversation`);
  const list = JSON.parse((await typed('list', '--all', '--json', '-n', '2')).stdout) as {
    data: { conversations: { id: string; tool: string }[] };
  };
  const { id = '', tool = '' } = list.data.conversations.at(-1) ?? {};
  const tip = async (gitdir: string) => (await git('--git-dir', gitdir, 'rev-parse', 'main')).stdout.trim();
  const catalogueSince = async (gitdir: string, before: string) =>
    Number((await git('--git-dir', gitdir, 'rev-list', '--objects', '--disk-usage', `${before}..${await tip(gitdir)}`)).stdout) / 1000;
  const grown: number[] = [];
  let round = 0;
  const changed = await interleave(changeRounds, {
    sync: async () => {
      round += 1;
      await typed('amend', `${id}@1`, '-m', `Corrected for the ${round}. time`);
      const before = await tip(remote);
      const { seconds } = await typed('sync');
      grown.push(await catalogueSince(remote, before));
      return seconds;
    },
    git: async () => (await own('push', '-q', other, 'main', `refs/heads/${tool}/${id}/main`)).seconds,
  });
  say(`sync: ${changeRounds} imports of one conversation, new and grown`);
  const [fresh, came, went] = [work.fresh('home'), [] as number[], [] as number[]];
  const importAndSync = async () => {
    const before = await tip(remote);
    await convo(fresh, store, ['import']);
    await typed('sync');
    return catalogueSince(remote, before);
  };
  for (let count = 0; count < changeRounds; count += 1) {
    tell(fresh, count, 2);
    came.push(await importAndSync());
    tell(fresh, count, 3);
    went.push(await importAndSync());
  }

  say(`sync: ${cloneRounds} lazy clones`);
  const lazy: number[] = [];
  for (let count = 0; count < cloneRounds; count += 1) {
    const clone = work.fresh('lazy');
    const made = await convo(home, clone, ['clone', '--lazy', remote]);
    lazy.push(made.seconds + (await convo(home, clone, ['list'])).seconds);
    work.drop(clone);
  }
  work.drop(store);

  // Of few conversations starting node is most of it, and no budget is set.
  const ofMany = (most: number) => (conversations >= 2000 ? { most } : {});
  const figure = { scenario: 'sync', on: name } as const;
  const floor = quiet.node.map((seconds, at) => seconds + (quiet.ask[at] ?? 0));
  return [
    { ...figure, name: 'first push, of a git push', value: median(ratios(first.convo, first.git)), unit: 'x', ...ofMany(1.5) },
    { ...figure, name: 'nothing new, of an empty node and ls-remote', value: median(ratios(quiet.sync, floor)), unit: 'x', most: 2.5 },
    { ...figure, name: 'one changed, of a git push', value: median(ratios(changed.sync, changed.git)), unit: 'x', ...ofMany(2) },
    { ...figure, name: 'catalogue of one corrected', value: median(grown), unit: 'KB', most: 30 },
    { ...figure, name: 'catalogue of one imported', value: median(came), unit: 'KB', most: 30 },
    { ...figure, name: 'catalogue of one that went on', value: median(went), unit: 'KB', most: 30 },
    { ...figure, name: 'lazy clone and list', value: median(lazy), unit: 's', most: 3 },
  ] satisfies Figure[];
};

/** Writes a conversation that the corpus does not have: the same exchanges for the same number, and more of them for a greater count. */
function tell(home: string, number: number, exchanges: number): void {
  rmSync(home, { recursive: true, force: true });
  const files = filesBelow(home);
  const start = Date.UTC(2025, 11, 1 + number, 9);
  const plan = { numbers: random(`another ${number}`), folder: '/home/ada/another', start, exchanges, calls: 2, resultSize: 350 };
  claudeConversation({ ...plan, emit: files.emit }, false);
  files.finish(start + exchanges * 60_000);
}
