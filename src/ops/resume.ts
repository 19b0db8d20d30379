import { join, resolve } from 'node:path';
import { ConvoError, fail } from '../errors.ts';
import type { Exported, Exporter, Target as ExportTarget, Plan, Written } from '../exporters/exporter.ts';
import { exporters } from '../exporters/registry.ts';
import type { Host } from '../host.ts';
import { type Card, withBranch } from '../model/card.ts';
import { cardPath, printCard } from '../model/card-page.ts';
import type { ToolId, TurnId } from '../model/ids.ts';
import { redact } from '../model/redaction.ts';
import type { Turn } from '../model/turn.ts';
import { homeOf, type OpenTurn } from '../store/entry.ts';
import { readIfThere, statIfThere } from '../store/files.ts';
import { branchRef, opsRef } from '../store/layout.ts';
import { recoverWrote } from '../store/operations.ts';
import { requireNewPlaces, settleOutside, trustedAbove, type WroteOutside, writeOutside } from '../store/outside.ts';
import { readTable } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { Transaction, tipOf } from '../store/transaction.ts';
import { cardOf } from './change.ts';
import type { Context } from './context.ts';
import { chosen } from './current.ts';
import { requirePlace, writeNewFile } from './export/new-files.ts';
import { type ForkPlace, forkCommit, forkPlace } from './fork.ts';
import { projectsHere } from './project.ts';
import { gitBranch, placeOf } from './resume/folder.ts';
import { gather } from './resume/gather.ts';
import { tellGrown } from './resume/grown.ts';
import { newIds } from './resume/ids.ts';
import { mayGrow, settled, unsavedThread } from './resume/open-turn.ts';
import { readBack } from './resume/read-back.ts';
import { noteResumed } from './resume/resumed.ts';
import { isFromElsewhere, requireTrust, type Sources } from './resume/trust.ts';
import type { NativeThread, ResumeInput, ResumeResult } from './resume-result.ts';
import type { Settled } from './saved-open.ts';
import { findTarget, headOfTarget, type Target } from './target.ts';
import { readTurns } from './turns.ts';
import { wholeName } from './whole-name.ts';

/** A thread on its way into a tool. */
interface Going {
  context: Context;
  store: Store;
  target: Target;
  place: ForkPlace;
  thread: Exported;
  exporter: Exporter;
  plan: Plan;
  /** Returns what this machine remembers of its sources, read once, where it is asked for. */
  sources: Sources;
  /** The turn from which the new conversation goes on. */
  from: TurnId;
  /** That turn, where it was in progress: its tool may go on in it, so the new conversation gets a branch of its own. */
  inProgress?: OpenTurn;
}

/**
 * Writes a thread as a new conversation of a tool, so that the tool's own resume finds it; what it is told then comes home with the next
 * import. Everything of it is one operation: the files, the branch where one begins there, and the card that knows the new conversation.
 */
export async function resume(context: Context, store: Store, input: ResumeInput): Promise<ResumeResult> {
  const revision = input.last ? await lastConversation(context) : input.revision;
  const { host } = context;
  const isWritten = !input.dryRun && (input.tool === undefined || exporterOf(input.tool).root(host, host.cwd) !== undefined);
  const going = await goingFrom(context, store, { revision, tool: input.tool, open: isWritten ? 'save' : 'tell' });
  const { target, thread, exporter, plan } = going;
  await tellGrown(context, store, target, going.sources);
  const told = await tell(going, input);
  const root = exporter.root(host, host.cwd);
  if (root === undefined && told.elsewhere) context.warn('made on another machine, or not only on this one');
  if (root === undefined) return { ...told, ...(await handedOver(host, documentOf(going), input)) };
  const where = await placeOf(context, target, thread.folder, input.cwd);
  const to = await targetOf(going, exporter.root(host, where.cwd) ?? root, where.cwd);
  const written = plan.write(to);
  if (!written.files[0])
    throw fail('nothing-to-resume', { conversation: target.entry.id, revision: wholeName(target), tool: exporter.title });
  const files = written.files.map(({ path, bytes }) => ({ path: join(to.root, ...path.split('/')), size: bytes.length }));
  const goes = {
    native: written.native,
    files,
    ...where,
    command: exporter.command(written, to),
    before: exporter.before?.(written, to) ?? [],
  };
  if (input.dryRun) {
    await requireNewPlaces(host.fs, { root: to.root, trusted: trustedAbove(host, to.root) }, written.files);
    return { ...told, written: { ...goes, ...(await branchOf(going)) } };
  }
  if (told.elsewhere && !input.trust) await requireTrust(context, target);
  return { ...told, written: { ...goes, ...(await save(going, to, written)) } };
}

/** Returns what a tool would have of a thread, as it stands below the tool's folder; nothing is written. Throws `nothing-to-resume`. */
export async function nativeOf(context: Context, store: Store, revision: string, tool: string): Promise<NativeThread> {
  const going = await goingFrom(context, store, { revision, tool, open: 'leave' });
  const { exporter, thread, plan } = going;
  const cwd = thread.folder ?? context.host.cwd;
  const written = plan.write(await targetOf(going, exporter.root(context.host, cwd) ?? '', cwd));
  return { written, fidelity: plan.fidelity };
}

/** What is asked of a thread; `open`: what becomes of a turn in progress with which it ends. */
interface Asked {
  revision: string;
  tool: string | undefined;
  open: 'save' | 'tell' | 'leave';
}

async function goingFrom(context: Context, store: Store, { revision, tool, open }: Asked): Promise<Going> {
  const { target, inProgress }: Settled =
    open === 'save' ? await settled(context, store, revision) : { target: await findTarget(context, revision) };
  if (target.agent) {
    const { agent, ...main } = target;
    throw fail('sub-agent-alone', { agent: agent.id, revision: wholeName(target), from: `${wholeName(main)}@${agent.turn}` });
  }
  const unsaved = open === 'tell' ? await unsavedThread(context, target) : undefined;
  const place = unsaved?.place ?? (await forkPlace(context, target, 'resume'));
  const turns = unsaved?.turns ?? (await turnsOf(context, target, place));
  const last = turns.at(-1);
  if (!last) throw fail('nothing-to-resume', { conversation: target.entry.id, revision: target.entry.id, tool: 'any tool' });
  const exporter = exporterOf(tool ?? last.tool ?? target.entry.tool);
  const thread = await gather(context, store, target, turns, exporter.tool);
  const still = unsaved?.open ?? inProgress;
  const plan = exporter.plan(thread);
  let table: ReturnType<Sources> | undefined;
  const sources: Sources = () => {
    table ??= readTable(store.host, store.state);
    return table;
  };
  return { context, store, target, place, thread, exporter, plan, sources, from: last.id, ...(still ? { inProgress: still } : {}) };
}

/** The newest conversation of this folder's project, else of all. */
async function lastConversation(context: Context): Promise<string> {
  const entries = await (await context.reader()).entries();
  return chosen(entries, { saved: {}, here: await projectsHere(context.host) }).current?.entry.id ?? '';
}

async function turnsOf(context: Context, { branch, thread }: Target, { index, cut }: ForkPlace): Promise<Turn[]> {
  const turns: Turn[] = [];
  for await (const turn of readTurns(context, branch.tip, thread.slice(0, index + 1))) turns.push(turn);
  return cut ? [...turns.slice(0, -1), cut] : turns;
}

function exporterOf(tool: string): Exporter {
  const found = exporters.find((exporter) => exporter.tool === tool);
  if (found) return found;
  const known = exporters.map((exporter) => exporter.tool).join(', ');
  throw fail('bad-value', { verb: 'resume', what: '--in', value: tool, expected: `a tool that convo writes for: ${known}` });
}

async function tell(
  { context, store, target, place, thread, exporter, plan, sources, inProgress }: Going,
  { dryRun }: ResumeInput,
): Promise<Omit<ResumeResult, 'written' | 'document' | 'output'>> {
  return {
    dryRun,
    name: wholeName(target),
    conversation: headOfTarget(target),
    turn: { id: place.turn.id, n: place.turn.n, ...(place.step === undefined ? {} : { step: place.step }) },
    turns: thread.turns.length,
    ...(inProgress ? { inProgress: { id: inProgress.id, n: inProgress.n } } : {}),
    tool: exporter.tool,
    title: exporter.title,
    elsewhere: await isFromElsewhere(context, store, target, sources),
    fidelity: plan.fidelity,
  };
}

function documentOf({ thread, plan, from, context }: Going): string {
  const { host } = context;
  const to = { root: '', cwd: host.cwd, ids: newIds(thread, from), now: host.now(), settings: new Map() };
  return plan
    .write(to)
    .files.map(({ bytes }) => Buffer.from(bytes).toString('utf8'))
    .join('');
}

/** The document, or the new file that it went to. Throws `path-taken`, `cannot-write`. */
async function handedOver(
  { fs, cwd }: Host,
  document: string,
  { output, dryRun }: ResumeInput,
): Promise<Pick<ResumeResult, 'document' | 'output'>> {
  if (output === undefined) return { document };
  const path = resolve(cwd, output);
  if (dryRun) await requirePlace(fs, path, 'never');
  else await writeNewFile(fs, path, document, 'never');
  return { output: { path, size: Buffer.byteLength(document) } };
}

async function targetOf({ context: { host }, thread, exporter, from }: Going, root: string, cwd: string): Promise<ExportTarget> {
  const settings = new Map<string, string>();
  for (const path of exporter.settings?.(host) ?? []) {
    const bytes = await readIfThere(host.fs, path);
    if (bytes) settings.set(path, bytes.toString('utf8'));
  }
  const branch = await gitBranch(host, cwd);
  return { root, cwd, ids: newIds(thread, from), now: host.now(), ...(branch === undefined ? {} : { branch }), settings };
}

/** The branch that the new conversation goes on with: the one it was resumed from, or one that begins where it goes on. */
async function branchOf({
  context,
  target,
  place,
  thread: exported,
  from,
  inProgress,
}: Going): Promise<{ branch: string; branchIsNew: boolean }> {
  const { branch, thread } = target;
  const last = exported.turns.at(-1)?.turn;
  const isLeft = !inProgress && !(last && mayGrow(last, context.host.now()));
  if (place.step === undefined && place.index === thread.length - 1 && isLeft)
    return { branch: homeOf(target.entry, branch).branch, branchIsNew: false };
  return { branch: `resume-${from.slice(0, 8)}`, branchIsNew: true };
}

/** Writes the files, reads them back, and only then lets the store know. */
async function save(going: Going, to: ExportTarget, written: Written): Promise<{ branch: string; branchIsNew: boolean }> {
  const { context, store, target, exporter } = going;
  const { host } = context;
  const transaction = await Transaction.begin(store, { dryRun: false });
  let wrote: WroteOutside | undefined;
  try {
    for (const message of await transaction.hold()) context.warn(message);
    const { card, ...branch } = await bound(going, transaction, written.native);
    transaction.page(cardPath(card.id), printCard(redact(card)));
    wrote = await writeOutside(host, store.state, { root: to.root, trusted: trustedAbove(host, to.root) }, written.files);
    await requireSame(going, wrote, written);
    await noteResumed(store, written.native, wrote.files[0]?.size ?? 0);
    const sentence = `Resumed ${card.id}/${branch.branch} in ${exporter.title}`;
    await transaction.commit({ command: 'resume', sentence, wrote });
    await settleOutside(host, store.state);
    for (const message of transaction.warnings) context.warn(message);
    return { ...branch, branch: target.branch.name === branch.branch ? (target.branch.label ?? branch.branch) : branch.branch };
  } catch (error) {
    try {
      if (wrote) await recoverWrote(store, await tipOf(store, opsRef));
    } finally {
      await transaction.abort();
    }
    throw await withKept(host, error, wrote);
  }
}

/** Says of a conversation that reads back otherwise where it stays: only what is still as it was written is taken away. */
async function withKept({ fs }: Host, error: unknown, wrote: WroteOutside | undefined): Promise<unknown> {
  if (!(error instanceof ConvoError) || error.code !== 'read-back-differs') return error;
  for (const { path } of wrote?.files ?? []) if (await statIfThere(fs, path)) return fail(error.code, { ...error.data, kept: path });
  return error;
}

/** The card that knows the new conversation, and the branch on which its turns will go on. */
async function bound(
  going: Going,
  transaction: Transaction,
  native: string,
): Promise<{ card: Card; branch: string; branchIsNew: boolean }> {
  const { context, store, target, place, exporter } = going;
  const { entry } = target;
  const { conversation } = homeOf(entry, target.branch);
  const card = await cardOf(store, conversation);
  const wanted = await branchOf(going);
  const row = (branch: string) => ({ tool: exporter.tool, source: native, branch });
  if (!wanted.branchIsNew) return { card: { ...card, native: [...card.native, row(wanted.branch)] }, ...wanted };
  const point = await forkCommit(context, store, transaction.writer, target, place);
  const at = typeof point.commit === 'string' ? point.commit : await transaction.writer.id(point.commit);
  const isFree = (name: string) => !Object.hasOwn(card.branches, name) && !card.deleted?.some(({ ref }) => ref === name);
  let branch = wanted.branch;
  for (let k = 2; !isFree(branch) && card.branches[branch]?.at !== at; k += 1) branch = `${wanted.branch}-${k}`;
  const isThere = card.branches[branch]?.at === at;
  if (!isThere) transaction.move(branchRef(entry.tool, conversation, branch), null, at);
  const next = isThere ? card : withBranch(card, branch, 'at', at);
  return { card: { ...next, native: [...next.native, row(branch)] }, branch, branchIsNew: !isThere };
}

async function requireSame({ store, target, exporter, plan }: Going, { files }: WroteOutside, written: Written): Promise<void> {
  const { expected } = plan;
  const what = expected && files[0] ? await readBack(store, exporter, files[0].path, written, expected) : '';
  if (what !== '') throw fail('read-back-differs', { tool: exporter.title, what, revision: wholeName(target) });
}

/** The tools that threads can go into, as `--in` takes them. */
export const resumeTools = (): ToolId[] => exporters.map(({ tool }) => tool);
