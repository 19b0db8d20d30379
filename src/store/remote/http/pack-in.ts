import { createHash } from 'node:crypto';
import { crc32, inflateSync } from 'node:zlib';
import type { Oid } from '../../git.ts';
import { objectId } from '../../objects.ts';
import { applyDelta } from '../../pack/delta.ts';
import { encodeIndex, sealIndex } from '../../pack/encode-index.ts';
import { type PackedHead, readHead, typeOf } from '../../pack/pack-file.ts';
import { headLength } from '../../pack/packer.ts';
import { badContent } from '../quarantine.ts';

/** What stands in a pack, told by the pack alone. */
export interface IndexedPack {
  /** `pack-<sha1>`, without an ending. */
  name: string;
  index: Uint8Array;
  objects: Map<Oid, { type: string; size: number }>;
}

interface Entry extends PackedHead {
  offset: number;
  stop: number;
}

/** No object of convo's is longer (shapes.ts): what says that it is, is not inflated. */
const longest = 128 << 20;
/** Contents kept because deltas start from them. */
const room = 64 << 20;

/**
 * Returns the index of a pack (gitformat-pack(5)): every object inflated within the size that it states, every delta applied, every id
 * made from the content. Throws `bad-remote-content` for a pack that is cut off, altered, too large, or needs what it does not hold.
 */
export function indexPack(pack: Buffer): IndexedPack {
  const checksum = pack.subarray(-20);
  const body = pack.subarray(0, -20);
  if (pack.length < headLength + 20 || pack.toString('latin1', 0, 4) !== 'PACK' || pack.readUInt32BE(4) !== 2) throw bad('it is none');
  if (!createHash('sha1').update(body).digest().equals(checksum)) throw bad('it was cut off or altered');
  const entries = scan(body);
  const contents = new Contents(body, entries);
  const objects: IndexedPack['objects'] = new Map();
  const oids: Oid[] = [];
  const offsets: number[] = [];
  const sums: number[] = [];
  for (const entry of contents.inOrder()) {
    const { type, content } = contents.read(entry);
    const oid = objectId(type as 'blob', content);
    contents.named(oid, entry);
    objects.set(oid, { type, size: content.length });
    oids.push(oid);
    offsets.push(entry.offset);
    sums.push(crc32(body.subarray(entry.offset, entry.stop)));
  }
  const index = encodeIndex({ ids: Buffer.from(oids.join(''), 'hex'), offsets, sums });
  return { name: `pack-${checksum.toString('hex')}`, index: sealIndex(index, checksum), objects };
}

const bad = (what: string) => badContent(`a pack came, but ${what}`);

function scan(body: Buffer): Entry[] {
  const count = body.readUInt32BE(8);
  const entries: Entry[] = [];
  for (let offset = headLength; entries.length < count; ) {
    const head = readHead(body.subarray(offset, offset + 64));
    if (!head || offset >= body.length) throw bad('an object of it cannot be read');
    if (head.size > longest) throw bad(`an object of it has ${head.size} bytes`);
    const { used } = inflate(body.subarray(offset + head.end), head.size);
    entries.push({ ...head, offset, stop: offset + head.end + used });
    offset += head.end + used;
  }
  if ((entries.at(-1)?.stop ?? headLength) !== body.length) throw bad('more stands in it than it says');
  return entries;
}

function inflate(bytes: Buffer, size: number): { content: Uint8Array; used: number } {
  try {
    const options = { maxOutputLength: size + 1, chunkSize: Math.max(64, size + 64), info: true };
    const { buffer, engine } = inflateSync(bytes, options) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    if (buffer.length !== size) throw bad('an object of it has another size');
    return { content: buffer, used: engine.bytesWritten };
  } catch (error) {
    throw error instanceof Error && 'code' in error && error.code === 'bad-remote-content' ? error : bad('an object of it is damaged');
  }
}

/** The contents of a pack, deltas applied; some are kept. */
class Contents {
  readonly #body: Buffer;
  readonly #byOffset: Map<number, Entry>;
  readonly #byId = new Map<Oid, Entry>();
  readonly #kept = new Map<number, { type: string; content: Uint8Array }>();
  #size = 0;

  constructor(body: Buffer, entries: readonly Entry[]) {
    this.#body = body;
    this.#byOffset = new Map(entries.map((entry) => [entry.offset, entry]));
  }

  /** Yields an entry when what it starts from was yielded; bases named by ids may stand anywhere. */
  *inOrder(): Generator<Entry> {
    let waiting = [...this.#byOffset.values()];
    while (waiting.length > 0) {
      const later: Entry[] = [];
      for (const entry of waiting) {
        if (typeof entry.base === 'string' && !this.#byId.has(entry.base)) later.push(entry);
        else yield entry;
      }
      if (later.length === waiting.length) throw bad('it needs objects that are not in it');
      waiting = later;
    }
  }

  named(oid: Oid, entry: Entry): void {
    this.#byId.set(oid, entry);
  }

  read(entry: Entry): { type: string; content: Uint8Array } {
    const chain: Entry[] = [];
    let at = entry;
    for (;;) {
      if (this.#kept.has(at.offset) || at.base === undefined) break;
      chain.push(at);
      const base = typeof at.base === 'number' ? this.#byOffset.get(at.offset - at.base) : this.#byId.get(at.base);
      if (!base || chain.length > 10_000) throw bad('a delta of it starts from nothing');
      at = base;
    }
    let found = this.#kept.get(at.offset) ?? this.#keep(at, { type: typeOf(at.type) ?? '', content: this.#inflated(at) });
    for (let next = chain.pop(); next; next = chain.pop()) {
      const delta = this.#inflated(next);
      const content = applyDelta(found.content, delta, longest);
      if (!content) throw bad('a delta of it does not fit');
      found = this.#keep(next, { type: found.type, content });
    }
    return found;
  }

  #inflated({ offset, end, size }: Entry): Uint8Array {
    return inflate(this.#body.subarray(offset + end), size).content;
  }

  #keep(entry: Entry, found: { type: string; content: Uint8Array }) {
    this.#size += found.content.length;
    for (const [offset, { content }] of this.#kept) {
      if (this.#size <= room) break;
      this.#kept.delete(offset);
      this.#size -= content.length;
    }
    this.#kept.set(entry.offset, found);
    return found;
  }
}
