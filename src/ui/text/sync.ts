import { count } from '../../model/count.ts';
import { shellWord } from '../../model/shell-word.ts';
import type { ConversationCame, LineParted, RemoteSynced, SyncResult } from '../../ops/sync-result.ts';
import { cutLine, type Line, line, styled } from '../line.ts';
import { type Column, table } from '../table.ts';
import { shortPath, type View, type ViewSettings } from '../view.ts';
import { oneLine } from '../width.ts';
import { dotted } from './words.ts';

const shownConversations = 10;
const shownRefused = 5;
const columns: Column[] = [{}, {}, { flexible: true }, {}];

/** Tells what came from each remote and what went there, what is beside each other now, and what to type about it. */
export const syncView: View<SyncResult> = function* lines({ did, remotes }, settings) {
  for (const [index, remote] of remotes.entries()) {
    if (index > 0) yield line();
    yield* remoteLines(did, remote, settings);
  }
  const parted = remotes.flatMap(({ came }) => came.flatMap((one) => one.parted.map((lines) => ({ one, lines }))));
  for (const { one, lines } of parted.slice(0, shownConversations)) yield* partedLines(one, lines, settings);
  yield line();
  yield line(styled('faint', 'next: '), styled('command', nextOf(did, remotes)));
};

function nextOf(did: SyncResult['did'], remotes: readonly RemoteSynced[]): string {
  const [came] = remotes.flatMap((remote) => remote.came);
  if (did === 'fetch') return 'convo pull';
  return came ? `convo list · convo log ${came.id}` : 'convo list';
}

function* remoteLines(did: SyncResult['did'], remote: RemoteSynced, settings: ViewSettings): Iterable<Line> {
  if (remote.failed) {
    yield line(styled('bad', `Not with ${oneLine(remote.name)}: `), oneLine(remote.failed.message));
    return;
  }
  const where = line(styled('strong', oneLine(remote.name)), styled('faint', ` ${oneLine(shortPath(remote.url, settings))}`));
  yield cutLine(
    line({ fetch: 'Fetched from ', pull: 'Pulled from ', push: 'Pushed to ', sync: 'Synced with ' }[did], where),
    settings.columns,
  );
  yield* cameLines(did, remote, settings);
  const { sent, retries } = remote;
  if (sent) yield line('  ', sentWords(sent));
  if (sent && sent.held > 0)
    yield line(styled('faint', `  ${count(sent.held, 'conversation')} ${sent.held === 1 ? 'stays' : 'stay'} on this machine`));
  if (retries > 0) yield line(styled('faint', `  tried ${count(retries + 1, 'time')}: another machine was faster`));
  const refused = [...(remote.fetched?.refused ?? []), ...(sent?.refused ?? [])];
  for (const { ref, reason } of refused.slice(0, shownRefused))
    yield cutLine(
      line('  ', styled('bad', 'refused '), `${oneLine(ref.replace(/^refs\/(heads\/|convo\/)?/, ''))}: ${oneLine(reason)}`),
      settings.columns,
    );
  if (refused.length > shownRefused)
    yield line(styled('faint', `  and ${count(refused.length - shownRefused, 'more branch', 'more branches')}`));
}

function* cameLines(did: SyncResult['did'], { came, fetched }: RemoteSynced, settings: ViewSettings): Iterable<Line> {
  if (did === 'fetch') yield line('  ', fetched?.refs ? `${count(fetched.refs, 'ref')} came` : 'nothing new there');
  else if (fetched && came.length === 0) yield line('  nothing new there');
  if (came.length === 0) return;
  const rows = came
    .slice(0, shownConversations)
    .map((one) => [
      line('  ', styled('id', one.id)),
      line(styled('faint', one.tool)),
      line(oneLine(one.title)),
      line(styled('added', dotted(changesOf(one)))),
    ]);
  yield* table(rows, columns, settings.columns);
  if (came.length > shownConversations)
    yield line(styled('faint', `  and ${count(came.length - shownConversations, 'more conversation')}`));
  const fresh = came.filter(({ isNew }) => isNew).length;
  yield line('  ', `${count(came.length, 'conversation')} came${fresh > 0 ? `, ${fresh} of them new` : ''}`);
}

const changesOf = ({ isNew, added, moved, gone, labelled, parted }: ConversationCame) => [
  isNew ? 'new' : undefined,
  parted.some(({ here }) => here) ? 'in two lines' : undefined,
  !isNew && moved.length > 0 ? 'went on' : undefined,
  !isNew && added.length > 0 ? `+${count(added.length, 'branch', 'branches')}` : undefined,
  gone.length > 0 ? `-${count(gone.length, 'branch', 'branches')}` : undefined,
  labelled ? 'labels' : undefined,
];

function sentWords({ conversations, branches, deleted, catalogue }: NonNullable<RemoteSynced['sent']>): string {
  if (conversations === 0) return catalogue ? 'the catalogue went' : 'nothing to send';
  const parts = [...(branches > 0 ? [count(branches, 'branch', 'branches')] : []), ...(deleted > 0 ? [`${deleted} deleted`] : [])];
  return `${count(conversations, 'conversation')} went${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`;
}

function* partedLines(
  { id, title }: ConversationCame,
  { named, beside, here }: LineParted,
  { columns: width }: ViewSettings,
): Iterable<Line> {
  const [one, other] = [`${id}/${oneLine(named)}`, `${id}/${oneLine(beside)}`];
  yield line();
  const told = here ? 'went on here and on another machine' : 'went on in another line on another machine';
  yield cutLine(line(styled('strong', oneLine(title)), ` ${told}:`), width);
  yield line('  ', styled('id', one), styled('faint', here ? '  theirs' : ''));
  yield line('  ', styled('id', other), styled('faint', here ? '  yours' : '  theirs'));
  yield line('  ', styled('command', `convo diff ${shellWord(one)} ${shellWord(other)}`));
  yield line('  ', styled('command', `convo merge ${shellWord(other)} --into ${shellWord(one)}`));
}
