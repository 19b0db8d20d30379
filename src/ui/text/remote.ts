import { count, grouped } from '../../model/count.ts';
import { printSelectors } from '../../model/leaving.ts';
import type { RemoteSettings } from '../../ops/remote/settings.ts';
import type { RemoteResult, RemoteTest } from '../../ops/remote-result.ts';
import { type Line, line, type Style, styled, wrapLine } from '../line.ts';
import { table } from '../table.ts';
import { shortPath, type View, type ViewSettings } from '../view.ts';
import { oneLine } from '../width.ts';

/** Tells all remotes, or what was done to one. */
export const remoteView: View<RemoteResult> = function* lines(result, settings) {
  if (result.did === 'tested') return yield* testLines(result.remote, result.test, settings);
  if (result.did === 'listed') {
    yield* rows(result.remotes, settings);
    if (result.remotes.length > 0) return;
    yield line('No remote yet');
    yield line();
    return yield next('convo remote add origin <url>');
  }
  const { remote, remotes } = result;
  const verb = { added: 'Added', changed: 'Changed', removed: 'Removed' }[result.did];
  yield line(`${verb} remote `, styled('strong', oneLine(remote.name)));
  if (remotes.length > 0) yield* rows(remotes, settings);
  yield line();
  yield next(result.did === 'removed' ? 'convo remote list' : `convo remote test ${remote.name}`);
};

const next = (command: string): Line => line(styled('faint', 'next: '), styled('command', command));

function* rows(remotes: readonly RemoteSettings[], settings: ViewSettings): Iterable<Line> {
  const cells = remotes.map((remote) => [
    line(styled('strong', oneLine(remote.name))),
    line(styled('faint', remote.primary ? 'primary' : 'copy')),
    line(oneLine(shortPath(remote.url, settings))),
  ]);
  yield* table(cells, [{}, {}, { flexible: true }], settings.columns);
  for (const remote of remotes) {
    const chosen = choices(remote);
    if (chosen !== '') yield* wrapLine(line(styled('faint', `${oneLine(remote.name)}: ${oneLine(chosen)}`)), settings.columns);
  }
}

function choices({ only, except, raw, prefix, lazy, allowPublic }: RemoteSettings): string {
  return [
    ...(only.length > 0 ? [`only ${printSelectors(only)}`] : []),
    ...(except.length > 0 ? [`except ${printSelectors(except)}`] : []),
    ...(raw ? [] : ['without source records']),
    ...(prefix === 'refs/heads/' ? [] : [`branches in ${prefix}`]),
    ...(lazy ? ['conversations when they are asked for'] : []),
    ...(allowPublic ? ['may be public'] : []),
  ].join(' · ');
}

function* testLines(remote: RemoteSettings, test: RemoteTest, settings: ViewSettings): Iterable<Line> {
  yield line(styled('strong', oneLine(remote.name)), ` ${oneLine(shortPath(remote.url, settings))}`);
  const facts: [string, Style | undefined, string][] = test.reachable ? [...found(test)] : [['reachable', 'bad', `no: ${test.reason}`]];
  const cells = facts.map(([name, style, text]) => [
    line(styled('faint', name)),
    line(style ? styled(style, oneLine(text)) : oneLine(text)),
  ]);
  yield* table(cells, [{}, { flexible: true }], settings.columns);
}

function* found(test: RemoteTest): Iterable<[string, Style | undefined, string]> {
  yield ['reachable', 'good', test.by === 'isomorphic' ? 'yes, without git' : 'yes'];
  const { conversations = 0, branches = 0, raw = 0 } = test.counts ?? {};
  const kept = `${count(conversations, 'conversation')}, ${count(branches, 'branch', 'branches')}, ${grouped(raw)} with source records`;
  if (test.holds === 'something else') yield ['holds', 'bad', `something else: ${test.found}`];
  else yield ['holds', undefined, test.holds === 'nothing' ? 'nothing yet' : kept];
  const open = test.public?.yes;
  yield [
    'private',
    open ? 'bad' : open === false ? 'good' : 'warn',
    open ? 'no: anybody can read it' : open === false ? 'yes' : unknown(test.public),
  ];
  const may = test.writable?.yes;
  yield ['writable', may ? 'good' : 'warn', may ? 'yes' : may === false ? `no: ${test.writable?.reason}` : unknown(test.writable)];
  if (test.codeOf !== undefined) yield ['code', 'bad', `it is the repository of ${test.codeOf}`];
}

const unknown = (access: RemoteTest['public']) => `cannot be told: ${access?.reason ?? ''}`;
