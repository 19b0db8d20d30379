import { builtin } from '../builtin.ts';
import type { Source } from '../importers/importer.ts';
import { importers } from '../importers/registry.ts';
import { cardPath, printCard } from '../model/card-page.ts';
import { count } from '../model/count.ts';
import type { Known } from '../model/lineage.ts';
import { defaultProfile, type Profile, printProfile } from '../model/profile.ts';
import { redact } from '../model/redaction.ts';
import { readCard } from '../store/catalogue.ts';
import type { Oid } from '../store/git.ts';
import { profileFile, waitingRef } from '../store/layout.ts';
import { currentListing, knownIn, linkersIn } from '../store/listing.ts';
import { type Memory, spareMemory } from '../store/memory.ts';
import { readHeld } from '../store/operations.ts';
import type { SourceTable } from '../store/state.ts';
import { requireWritable, type Store } from '../store/store.ts';
import { type Intent, Transaction } from '../store/transaction.ts';
import type { Context } from './context.ts';
import { diskAccess } from './import/access.ts';
import { missing, resolveBases } from './import/bases.ts';
import { basesInRaw } from './import/bases-in-raw.ts';
import { type Folders, projectFolders, projectOf, updateCard } from './import/card.ts';
import { broughtLabels } from './import/exported.ts';
import { type Families, type FamilyRun, groupFamilies } from './import/family.ts';
import { type FoundSources, findSources } from './import/find.ts';
import { type Held, isHeld, released, withhold } from './import/held.ts';
import { nameSources } from './import/names.ts';
import { remember, validTable } from './import/remember.ts';
import { resultOf } from './import/result.ts';
import { type Scanned, scan, stampText } from './import/scan.ts';
import { folderOf } from './import/source-names.ts';
import { arrived, hasArrived, scanWaiting } from './import/unplaced.ts';
import { type WrittenFamily, writeFamily } from './import/write-family.ts';
import { writeRaw, writeRecords } from './import/write-raw.ts';
import type { ImportInput, ImportResult } from './import-result.ts';

/** The records of a source from this size on take much of the memory that convo may take. */
const large = 128 << 20;
/** By itself the heap grows to twice what lives in it before it is tidied up. */
const frugal = '--heap-growing-percent=10';

/** From so many bytes on, small pieces of memory come out of larger ones than node's 8 KB: a page is often half of that. */
const many = 8 << 20;
const manyPool = 128 << 10;

/** What a run knows while it lasts. */
export interface ImportRun {
  context: Context;
  store: Store;
  input: ImportInput;
  table: SourceTable;
  found: FoundSources[];
  scanned: Scanned[];
  failed: { key: string; path: string; reason: string }[];
  /** Sources that stay out of the store until the user wants them again. */
  held: Held;
  /** How many of those there are among the found ones. */
  heldBack: number;
  started: number;
  folders: Folders;
  memory: Memory;
}

/** Imports what is new in the sources; everything of it or nothing is in the store when it returns (DESIGN 2.5). */
export async function importSources(context: Context, store: Store, input: ImportInput): Promise<ImportResult> {
  const started = context.host.now();
  if (!input.dryRun) await requireWritable(store);
  const found = input.waiting ? [] : await findSources(context, input.names);
  const table = await validTable(store);
  const held = await readHeld(store.engine);
  const run: ImportRun = {
    context,
    store,
    input,
    table,
    found,
    scanned: [],
    failed: [],
    held,
    heldBack: 0,
    started,
    folders: projectFolders(context.host),
    memory: spareMemory(),
  };
  if (!input.again) run.heldBack = countHeld(run);
  const changed = found.flatMap(({ importer, sources }) =>
    sources.filter((source) => isChanged(run, source)).map((source) => ({ importer, source })),
  );
  if (changed.length === 0 && !(await hasArrived(store.engine))) return resultOf(run, []);
  const transaction = await Transaction.begin(store, { dryRun: input.dryRun });
  try {
    return await importChanged(run, transaction, changed);
  } catch (error) {
    await transaction.abort();
    throw error;
  }
}

const firstProfile = (): Profile => ({
  ...defaultProfile,
  importers: Object.fromEntries(importers.map(({ tool, generation }) => [tool, generation])),
});

type Changed = { importer: FoundSources['importer']; source: Source }[];

async function importChanged(run: ImportRun, transaction: Transaction, changed: Changed): Promise<ImportResult> {
  const { context, store } = run;
  for (let sources = changed; sources.length > 0; sources = supporting(run)) await scanAll(run, transaction, sources);
  await nameSources(context, run.scanned);
  if (!run.input.dryRun) for (const message of await transaction.hold()) context.warn(message);
  run.held = await readHeld(store.engine);
  const held = run.input.again ? [] : leaveHeld(run);
  const listing = await currentListing(store);
  const known = knownIn(listing);
  resolveBases(run.scanned, await basesInRaw(store, run.scanned, known));
  const families = await placeable(run, transaction, known);
  const written: WrittenFamily[] = [];
  for (const [done, family] of families.runs.entries()) {
    context.report('Saving', done, families.runs.length);
    const saved = await writeConversation(run, transaction, family);
    if (saved) written.push(saved);
  }
  for (const { home, sources } of families.unplaced) await writeRecords(waitingRef(home.tool, home.id), sources, store, transaction);
  const linkers = linkersIn(listing);
  for (const family of written) await writeCard(run, transaction, family, linkers);
  const result = resultOf(run, written, families);
  if (!transaction.isEmpty && !(await store.profile())) transaction.page(profileFile, printProfile(firstProfile()));
  if (run.input.dryRun) await transaction.abort();
  else
    await transaction.commit(intentOf(run, result, written, families), (ops) =>
      remember(run, ops, { written, waiting: [...families.waiting, ...held], unplaced: families.unplaced }, listing),
    );
  for (const message of transaction.warnings) context.warn(message);
  return result;
}

/** Returns the conversations of what was read, together with what waited for one of them. */
async function placeable(run: ImportRun, transaction: Transaction, known: Known): Promise<Families> {
  const { store, found, table, held } = run;
  const refs = await transaction.refs();
  const families = await groupFamilies(store, refs, run.scanned, known);
  const homes = arrived(refs, families.runs);
  if (homes.length === 0) return families;
  const read = new Set(run.scanned.map(({ source }) => source.key));
  const waits = ({ key }: Source) => homes.some(({ id }) => id === table.rows.get(key)?.waits) && !isHeld(held, table.rows.get(key));
  const files = found.flatMap(({ importer, sources }) =>
    sources.filter((source) => waits(source) && !read.has(source.key)).map((source) => ({ importer, source })),
  );
  await scanAll(run, transaction, files);
  for (const home of homes) run.scanned.push(...(await scanWaiting(store, transaction, home, new Set(run.scanned.map(folderOf)))));
  return groupFamilies(store, refs, run.scanned, known);
}

/** Takes what is held back out of what was read: its file is new, or moved. */
function leaveHeld(run: ImportRun): Scanned[] {
  const { free, held } = withhold(run.scanned, run.held);
  run.scanned = free;
  run.heldBack += held.length;
  return held;
}

function countHeld({ found, table, held }: ImportRun): number {
  const keys = found.flatMap(({ sources }) => sources.map(({ key }) => key));
  return held.size === 0 ? 0 : keys.filter((key) => isHeld(held, table.rows.get(key))).length;
}

function intentOf({ held, input }: ImportRun, result: ImportResult, written: readonly WrittenFamily[], { unplaced }: Families): Intent {
  const read = [
    ...written.flatMap(({ run: { members, agents } }) => [...members, ...agents]),
    ...unplaced.flatMap(({ sources }) => sources),
  ];
  const left = input.again ? released(held, read) : undefined;
  return { command: 'import', sentence: sentence(result), sources: [...new Set(read.map(folderOf))], ...(left ? { held: left } : {}) };
}

async function scanAll(run: ImportRun, transaction: Transaction, sources: Changed): Promise<void> {
  const { context, store, input, table } = run;
  const total = sources.reduce((sum, { source }) => sum + source.stamp.size, 0);
  let done = 0;
  if (sources.some(({ source }) => source.stamp.size > large)) builtin.v8.setFlagsFromString(frugal);
  if (total > many) Buffer.poolSize = manyPool;
  for (const { importer, source } of sources) {
    context.host.signal.throwIfAborted();
    context.report('Reading', done, total);
    const row = table.rows.get(source.key);
    const access = diskAccess(context.host, source, run.memory, row !== undefined && !input.again);
    try {
      const options = { store, writer: transaction.writer, memory: run.memory, again: input.again, close: input.close, row };
      run.scanned.push(await scan(importer, source, access, options));
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      run.failed.push({ key: source.key, path: source.path, reason: error.message });
    }
    done += source.stamp.size;
  }
}

const isUnreadable = (error: unknown): error is Error => error instanceof Error && 'code' in error && error.code === 'cannot-read';

/** Sources that did not change but that changed ones go on from, or whose agents they show. */
function supporting({ found, table, scanned, failed, held, input }: ImportRun): Changed {
  const wanted = missing(scanned);
  const read = new Set([...scanned.map(({ source }) => source.key), ...failed.map(({ key }) => key)]);
  return found.flatMap(({ importer, sources }) =>
    sources.flatMap((source) => {
      const row = table.rows.get(source.key);
      return row && !read.has(source.key) && wanted(row) && (input.again || !isHeld(held, row)) ? [{ importer, source }] : [];
    }),
  );
}

/** Writes the turns and records of one conversation; undefined for one of another project than the user wants. */
async function writeConversation(run: ImportRun, transaction: Transaction, family: FamilyRun): Promise<WrittenFamily | undefined> {
  const { store, input } = run;
  const old = family.isNew ? undefined : await readCard(store.engine, family.id);
  if (input.project !== undefined && !(await projectOf(run.folders, family, old)).includes(input.project)) return undefined;
  const sourcesOf = (branch: string) => (old?.native ?? []).flatMap((row) => (row.branch === branch ? row.source : []));
  const written = await writeFamily(family, { store, transaction, sourcesOf, deleted: old?.deleted ?? [] });
  await writeRaw(family, store, transaction);
  const waiting = waitingRef(family.tool, family.id);
  const waited = (await transaction.refs()).tip(waiting);
  if (waited) transaction.move(waiting, waited, null);
  return old ? { ...written, card: old } : written;
}

/** Puts the card of a written conversation into the catalogue. */
async function writeCard(
  { folders }: ImportRun,
  transaction: Transaction,
  written: WrittenFamily,
  linkers: ReturnType<typeof linkersIn>,
): Promise<void> {
  const old = written.card;
  const tips = new Map<string, Oid>();
  for (const [branch, named] of written.tips) tips.set(branch, typeof named === 'object' ? await transaction.writer.id(named) : named);
  written.card = redact(await updateCard(folders, written, old, tips, linkers));
  if (old) written.labels = broughtLabels(old, written.card);
  const page = printCard(written.card);
  if (!old || page !== printCard(old)) transaction.page(cardPath(written.run.id), page);
}

/** A source is read when its file changed, when rest alone may have finished a turn, or when the user wants it. */
function isChanged({ context, input, table, held }: ImportRun, source: Source): boolean {
  if (input.keys && !input.keys.has(source.key)) return false;
  if (input.since !== undefined && source.stamp.mtimeMs < input.since) return false;
  const row = table.rows.get(source.key);
  if (!input.again && isHeld(held, row)) return false;
  if (!row || input.again || row.stamp !== stampText(source.stamp)) return true;
  if (row.due === undefined) return false;
  return input.close || source.given === true || context.host.now() >= row.due;
}

function sentence({ changed, turnsAdded, conversations, tools }: ImportResult): string {
  const saved = conversations.new + conversations.grown;
  const from = tools.map(({ title }) => title).join(', ');
  if (saved > 0 && turnsAdded === 0 && changed.every(({ labels }) => labels.length > 0))
    return `Labelled ${count(saved, 'conversation')} from ${from}`;
  if (saved === 0) return `Saved source records of ${from}`;
  return `Imported ${count(turnsAdded, 'turn')} in ${count(saved, 'conversation')} from ${from}`;
}
