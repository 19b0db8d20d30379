import { count } from '../../model/count.ts';
import type { CloneResult } from '../../ops/clone-result.ts';
import { cutLine, line, styled } from '../line.ts';
import { shortPath, type View } from '../view.ts';
import { oneLine } from '../width.ts';

const shownRefused = 5;

/** Tells what came, and where it is. */
export const cloneView: View<CloneResult> = function* lines({ store, url, conversations, branches, absent, refused }, settings) {
  yield cutLine(line('Cloned ', styled('strong', oneLine(shortPath(url, settings)))), settings.columns);
  yield line(`  ${count(conversations, 'conversation')}, ${count(branches, 'branch', 'branches')}`);
  if (absent > 0) yield line(styled('faint', `  ${count(absent, 'conversation')} will be fetched when asked for`));
  yield cutLine(line(styled('faint', `  into ${oneLine(shortPath(store, settings))}`)), settings.columns);
  for (const { ref, reason } of refused.slice(0, shownRefused))
    yield cutLine(line('  ', styled('bad', 'refused '), `${oneLine(ref)}: ${oneLine(reason)}`), settings.columns);
  if (refused.length > shownRefused)
    yield line(styled('faint', `  and ${count(refused.length - shownRefused, 'more branch', 'more branches')}`));
  yield line();
  yield line(
    styled('faint', 'next: '),
    styled('command', conversations > 0 ? 'convo list · convo import · convo sync' : 'convo import · convo sync'),
  );
};
