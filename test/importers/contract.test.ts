import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { convoJson } from '../../src/importers/convo-json/index.ts';
import type { Cursor, Importer, Source } from '../../src/importers/importer.ts';
import { importers } from '../../src/importers/registry.ts';
import type { Turn } from '../../src/model/turn.ts';
import { exportedSources } from '../support/exported.ts';
import { lineEnds } from '../support/growth.ts';
import { type Reads, recordsOf, type Scanned, scanOf, turnsOf } from '../support/importer.ts';
import { mutant, randomFrom } from '../support/mutate.ts';
import { isGlued, isRecordLine, lines } from '../support/record-lines.ts';
import { casesOf, fixtureSources, hostAt, type Input, sampleSources, withContent } from '../support/sources.ts';

const full = process.env.CONVO_CAMPAIGN === 'full';

/** What is read by an importer: files of a tool, or what convo exported of them. */
interface Subject {
  name: string;
  importer: Importer;
  fixtures: () => Promise<Input[]>;
  samples: () => Promise<Input[]>;
}

/** Fixtures whose exports hold all that an export can: forks, sub-agents, images, calls. */
const exportedCases = ['agents', 'asides', 'everyday', 'forks'];

const subjects: Subject[] = importers.flatMap((importer) => [
  {
    ...{ name: importer.tool, importer },
    fixtures: async () => withContent(await fixtureSources(importer)),
    samples: async () => withContent(await sampleSources(importer)),
  },
  {
    ...{ name: `convo-json, of ${importer.tool}`, importer: convoJson(importer.tool) },
    fixtures: () =>
      exportedSources(importer, full ? casesOf(importer.tool) : casesOf(importer.tool).filter((name) => exportedCases.includes(name))),
    samples: async () => [],
  },
]);

for (const { name, importer, fixtures: fixturesOf, samples: samplesOf } of subjects) {
  describe(`importer ${name}`, async () => {
    const fixtures = await fixturesOf();
    const samples = await samplesOf();
    const all = [...fixtures, ...samples];
    const grows = all.filter(({ source }) => isLines(source));
    const ofLines = { skip: grows.length === 0 && 'none of its files grows' };

    test('has fixtures, each read from its home folder', () => {
      assert.ok(fixtures.length > 0);
      if (grows.length > 0) assert.ok(fixtures.length >= casesOf(importer.tool).length);
    });

    test('gives every byte as raw records, accounts for every record, and tells the same each time', async () => {
      for (const { source, data } of all) {
        const first = await scanOf(importer, source, data);
        assert.equal(first.outline.counts.inTurns + first.outline.counts.rawOnly, first.outline.counts.records, source.path);
        if (isLines(source)) accounts(first, data, source.path);
        assert.deepEqual((await scanOf(importer, source, data)).events, first.events, source.path);
        const other = await scanOf(importer, source, data, { piece: 1013 });
        assert.deepEqual(other.outline, first.outline, source.path);
        assert.deepEqual(other.skipped, first.skipped, source.path);
      }
    });

    test('builds the turns that its outline names, parents first', async () => {
      for (const { source, data } of all) {
        const scanned = await scanOf(importer, source, data);
        const turns = await turnsOf(importer, source, data, scanned);
        wellFormed(scanned, source.path);
        const told = scanned.outline.turns.map(({ id, parent, role, records }) => ({ id, parent, role, records }));
        assert.deepEqual(
          turns.map(({ id, parent, role, records }) => ({ id, parent, role, records })),
          told,
          source.path,
        );
        assert.ok(turns.every((turn) => turn.n === 0 && turn.steps.length > 0));
      }
    });

    test('what a scan kept with its cursor is what the cursor tells', async () => {
      for (const { source, data } of fixtures) {
        const kept = await scanOf(importer, source, data, { keep: true });
        const told = await scanOf(importer, source, data);
        const turns = await turnsOf(importer, source, data, kept);
        const records = await recordsOf(importer, source, data, kept);
        assert.deepEqual(kept.outline, told.outline, source.path);
        assert.deepEqual(turns, await turnsOf(importer, source, data, told), source.path);
        assert.deepEqual(records, await recordsOf(importer, source, data, told), source.path);
        const grown = await scanOf(importer, source, data, { before: kept.outline.cursor });
        assert.deepEqual(grown.outline, (await scanOf(importer, source, data, { before: told.outline.cursor })).outline, source.path);
        assert.deepEqual(kept.outline, told.outline, `${source.path}: reading on changed what was kept`);
      }
    });

    test('gives every record once: of its turn, or of none', ofLines, async () => {
      for (const { source, data } of grows) {
        const scanned = await scanOf(importer, source, data);
        const { loose, byTurn } = await recordsOf(importer, source, data, scanned);
        const { counts, turns } = scanned.outline;
        const given = [...loose, ...[...byTurn.values()].flat()].map((record) => Buffer.from(record).toString('latin1'));
        assert.equal(given.length, counts.records, source.path);
        const text = Buffer.from(data).toString('latin1');
        for (const record of given) assert.ok(text.includes(record), source.path);
        assert.deepEqual(
          [...byTurn.keys()],
          turns.map(({ id }) => id),
          source.path,
        );
        for (const { id, records } of turns)
          assert.ok((byTurn.get(id)?.length ?? 0) >= records.kept.length + records.others.length, `${source.path}: ${id}`);
      }
    });

    test('a growing file ends as one that was read at once: cut at every line and before its LF', ofLines, async () => {
      for (const input of grows) {
        const ends = lineEnds(input.data);
        const whole = await scanOf(importer, input.source, input.data);
        for (const cut of fixtures.includes(input) || full ? ends : sampled(ends, 6)) {
          await growsTo(importer, input, whole, [{ cut, complete: false }]);
          await growsTo(importer, input, whole, [{ cut: cut - 1, complete: true }]);
        }
      }
    });

    test(
      'a growing file ends as one that was read at once: cut at random bytes, also when the cut was taken as the end',
      ofLines,
      async () => {
        const random = randomFrom(7);
        for (const input of grows) {
          const whole = await scanOf(importer, input.source, input.data);
          for (let count = full ? 200 : fixtures.includes(input) ? 12 : 3; count > 0; count -= 1) {
            await growsTo(importer, input, whole, [{ cut: Math.floor(random() * input.data.length), complete: count % 2 === 1 }]);
          }
        }
      },
    );

    test('a file that a writer appends to in pieces ends as one that was read at once', ofLines, async () => {
      const random = randomFrom(9);
      for (const input of grows.filter(({ data }) => data.length < 30_000)) {
        const whole = await scanOf(importer, input.source, input.data);
        const cuts: Cut[] = [];
        for (let cut = 0; cut < input.data.length; cut += 1 + Math.floor(random() * 4096)) cuts.push({ cut, complete: random() < 0.3 });
        await growsTo(importer, input, whole, cuts);
      }
    });

    test('growth is read from where it begins, the turns from their own records alone', ofLines, async () => {
      for (const { source, data } of grows.filter((input) => input.data.length < 200_000)) {
        const ends = lineEnds(data);
        const cut = ends[Math.floor(ends.length / 2)] ?? 0;
        const { outline } = await scanOf(importer, source, data.subarray(0, cut), { complete: false });
        const reads: Reads = { ranges: [], streams: [] };
        const grown = await scanOf(importer, source, data, { before: outline.cursor, reads });
        assert.ok(reads.streams.every((from) => from >= cut) && total(reads) <= 4096, source.path);
        await readsOnce(importer, { source, data }, grown);
      }
    });

    test('mutants are read: nothing thrown, nothing lost, everything bad named, none over two seconds', async () => {
      const small = all.filter(({ source, data }) => data.length < 60_000 && !source.key.endsWith('.json'));
      for (let seed = 0; seed < (full ? 10_000 : 300); seed += 1) {
        const { source, data } = small[seed % small.length] as Input;
        await survives(importer, { source, data: mutant(data, seed) }, seed);
      }
    });

    test('damage between records costs none of them', ofLines, async () => {
      for (const input of fixtures) if (isLines(input.source)) await toleratesDamage(importer, input);
    });
  });
}

/** Sources of a line format: append-only, every line a record. */
const isLines = (source: Source): boolean => /\.jsonl(\.zst)?$/.test(source.path);

function accounts({ raw, outline, skipped }: Scanned, data: Uint8Array, name: string): void {
  const { records, inTurns, rawOnly } = outline.counts;
  assert.ok(Buffer.from(data).equals(raw), name);
  assert.equal(inTurns + rawOnly, records, name);
  const named = new Set(skipped.map((item) => item.line));
  let good = 0;
  lines(data).forEach((line, index) => {
    if (isRecordLine(line)) good += 1;
    else if (
      line
        .toString('latin1')
        .replace(/^\xef\xbb\xbf/, '')
        .trim() !== ''
    )
      assert.ok(isGlued(line) || named.has(index + 1), `${name}: line ${index + 1} is not named`);
  });
  assert.ok(records >= good, `${name}: ${records} of ${good} records`);
  for (const item of skipped) assert.ok(item.offset + item.length <= data.length && item.length > 0, name);
}

function wellFormed({ outline }: Scanned, name: string): void {
  const seen = new Set<string>();
  for (const turn of outline.turns) {
    assert.ok(turn.parent === null || seen.has(turn.parent), `${name}: a child before its parent`);
    assert.ok(!seen.has(turn.id), `${name}: one id twice`);
    assert.ok(turn.ordinals[0] <= turn.ordinals[1], name);
    assert.ok(
      [...turn.records.kept, ...turn.records.others].every((id) => id.length <= 8),
      name,
    );
    seen.add(turn.id);
  }
}

interface Cut {
  cut: number;
  /** Whether the file was taken as finished there. */
  complete: boolean;
}

/** Reads the file up to each cut, each time with the cursor of the time before, and then whole: that must be `whole`. */
async function growsTo(importer: Importer, { source, data }: Input, whole: Scanned, cuts: Cut[]): Promise<void> {
  const raw: Uint8Array[] = [];
  let before: Cursor | undefined;
  let last: Scanned | undefined;
  for (const { cut, complete } of [...cuts, { cut: data.length, complete: true }]) {
    last = await scanOf(importer, source, data.subarray(0, cut), { complete, ...(before ? { before } : {}) });
    wellFormed(last, `${source.path} cut at ${cut}`);
    raw.push(last.raw);
    before = JSON.parse(JSON.stringify(last.outline.cursor));
  }
  const where = `${source.path} cut at ${cuts.map(({ cut, complete }) => `${cut}${complete ? '!' : ''}`)}`;
  assert.ok(Buffer.concat(raw).equals(data), where);
  assert.deepEqual(last?.outline, whole.outline, where);
}

/** Builds the turns one by one: together they must not read more than the file holds. */
async function readsOnce(importer: Importer, { source, data }: Input, scanned: Scanned): Promise<void> {
  const reads: Reads = { ranges: [], streams: [] };
  for (const turn of scanned.outline.turns) {
    const [built] = await turnsOf(importer, source, data, scanned, { ids: [turn.id], reads });
    assert.equal(built?.id, turn.id);
  }
  assert.deepEqual(reads.streams, [], source.path);
  assert.ok(total(reads) <= data.length, `${source.path}: ${total(reads)} of ${data.length} bytes read`);
}

async function survives(importer: Importer, { source, data }: Input, seed: number): Promise<void> {
  const name = `${source.path}, seed ${seed}`;
  const started = performance.now();
  try {
    const scanned = await scanOf(importer, source, data);
    if (isLines(source)) accounts(scanned, data, name);
    wellFormed(scanned, name);
    const turns = await turnsOf(importer, source, data, scanned);
    if (importer.roots(hostAt('/nowhere')).length === 0) wholeOrNothing(scanned, turns);
  } catch (error) {
    throw new Error(name, { cause: error });
  }
  assert.ok(performance.now() - started < 2000, `${name}: ${performance.now() - started} ms`);
}

/** What was exported is read as what it says, or named in one sentence: nothing of it is derived anew. */
function wholeOrNothing({ outline, skipped }: Scanned, turns: readonly Turn[]): void {
  assert.deepEqual(
    turns.map(({ id }) => id),
    outline.turns.map(({ id }) => id),
  );
  assert.equal(skipped.length, turns.length === 0 ? 1 : 0);
}

/** The seven shapes that real files were damaged in, less those that lose a record by their nature. */
async function toleratesDamage(importer: Importer, { source, data }: Input): Promise<void> {
  const before = await scanOf(importer, source, data);
  if (before.skipped.length > 0) return;
  const clean = turnsTold(before);
  const all = lines(data);
  const middle = all.length >> 1;
  const cut = (all[middle] ?? Buffer.alloc(0)).subarray(0, 40);
  const insert = (text: Uint8Array | string) => Buffer.concat([...all.slice(0, middle), Buffer.from(text), ...all.slice(middle)]);
  const shapes: [string, Buffer, number][] = [
    ['a cut line', insert(Buffer.concat([cut, Buffer.from('\n')])), 1],
    ['a cut line and the next one on its line', insert(cut), 1],
    ['two records on one line', Buffer.concat(all.map((line, index) => (index === middle - 1 ? line.subarray(0, -1) : line))), 0],
    ['NUL bytes', insert(new Uint8Array(512)), 1],
    ['blank lines', insert('\n \r\n\n'), 0],
    ['a byte order mark', Buffer.concat([Buffer.from('\ufeff'), data]), 0],
    ['CRLF', Buffer.concat(all.map((line) => (line.at(-1) === 10 ? Buffer.concat([line.subarray(0, -1), Buffer.from('\r\n')]) : line))), 0],
  ];
  for (const [name, damaged, named] of shapes) {
    const scanned = await scanOf(importer, source, damaged);
    assert.ok(damaged.equals(scanned.raw), `${source.path} with ${name}`);
    assert.equal(scanned.skipped.length, named, `${source.path} with ${name}`);
    assert.deepEqual(turnsTold(scanned), clean, `${source.path} with ${name}`);
  }
}

const turnsTold = ({ outline }: Scanned) => outline.turns.map(({ ordinals: _, ...turn }) => turn);

const sampled = (list: number[], count: number): number[] =>
  list.filter((_, index) => index % Math.max(1, Math.floor(list.length / count)) === 0);
const total = (reads: Reads): number => reads.ranges.reduce((sum, range) => sum + range.length, 0);
