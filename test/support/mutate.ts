/** Returns numbers in [0, 1) that only the seed decides (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

type Random = () => number;
type Mutation = (data: Buffer, random: Random) => Buffer;

const pick = (random: Random, below: number): number => Math.floor(random() * below);
const splice = (data: Buffer, at: number, drop: number, put: Uint8Array): Buffer =>
  Buffer.concat([data.subarray(0, at), put, data.subarray(Math.min(data.length, at + drop))]);

/** Of a line of its own where it is a record, else of the whole. */
function changeValue(data: Buffer, random: Random): Buffer {
  const lines = data.toString('latin1').split('\n');
  const index = pick(random, lines.length);
  const line = parsed(lines[index] ?? '');
  if (typeof line !== 'object' || line === null) {
    const whole = parsed(data.toString('latin1'));
    return whole === undefined ? data : Buffer.from(JSON.stringify(changed(whole, random), null, 1), 'latin1');
  }
  lines[index] = JSON.stringify(changed(line, random));
  return Buffer.from(lines.join('\n'), 'latin1');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function changed(record: unknown, random: Random): unknown {
  let at = record;
  for (let depth = pick(random, 5); typeof at === 'object' && at !== null; depth -= 1) {
    const keys = Object.keys(at);
    const key = keys[pick(random, keys.length)] ?? 'type';
    const holder = at as Record<string, unknown>;
    const next = holder[key];
    if (depth <= 0 || typeof next !== 'object' || next === null) {
      holder[key] = oddities[pick(random, oddities.length)];
      break;
    }
    at = next;
  }
  return record;
}

const oddities: unknown[] = [
  null,
  true,
  -1,
  1e300,
  '',
  '__proto__',
  'constructor',
  [],
  [null],
  {},
  [[1]],
  { type: 7 },
  '\ud83d',
  '../../x',
  '<',
];

const mutations: Mutation[] = [
  (data, random) => splice(data, pick(random, data.length), 1, Uint8Array.of(pick(random, 256))),
  (data, random) => splice(data, pick(random, data.length), pick(random, 400), new Uint8Array(0)),
  (data, random) => splice(data, pick(random, data.length), 0, new Uint8Array(pick(random, 300))),
  (data, random) => data.subarray(0, pick(random, data.length)),
  (data, random) => {
    const from = pick(random, data.length);
    return splice(data, pick(random, data.length), 0, data.subarray(from, from + pick(random, 600)));
  },
  (data, random) => splice(data, pick(random, data.length), 0, Buffer.from('[{"'.repeat(pick(random, 200)))),
  (data, random) => {
    const end = data.indexOf(10, pick(random, data.length));
    return end < 0 ? data : splice(data, end, 1, new Uint8Array(0));
  },
  (data, random) => splice(data, pick(random, data.length), 0, Buffer.from('\r\n')),
  (data, random) => {
    const lines = data.toString('latin1').split('\n');
    const [a, b] = [pick(random, lines.length), pick(random, lines.length)];
    [lines[a], lines[b]] = [lines[b] ?? '', lines[a] ?? ''];
    return Buffer.from(lines.join('\n'), 'latin1');
  },
  changeValue,
  changeValue,
  changeValue,
];

/** Returns a damaged copy of a transcript: one to three changes, decided by the seed. */
export function mutant(data: Uint8Array, seed: number): Uint8Array {
  const random = randomFrom(seed);
  let result = Buffer.from(data);
  for (let count = 1 + pick(random, 3); count > 0; count -= 1)
    result = Buffer.from((mutations[pick(random, mutations.length)] as Mutation)(result, random));
  return result;
}

type Holder = Record<string, unknown>;

/** Returns a JSON document that still parses, with one to three values of it lost, doubled, swapped or changed, decided by the seed. */
export function documentMutant(data: Uint8Array, seed: number): Uint8Array {
  const random = randomFrom(seed);
  const whole = JSON.parse(Buffer.from(data).toString('utf8')) as Holder;
  for (let count = 1 + pick(random, 3); count > 0; count -= 1) {
    const places = [...placesIn(whole)];
    const [place, other] = [places[pick(random, places.length)], places[pick(random, places.length)]];
    if (place && other) (placeChanges[pick(random, placeChanges.length)] ?? replace)(place, other, random);
  }
  return Buffer.from(JSON.stringify(whole, null, 1));
}

interface Place {
  holder: Holder;
  key: string;
}

/** What is told for programs alone, in `content`, is not among them. */
function* placesIn(holder: Holder): Iterable<Place> {
  for (const key of Object.keys(holder).filter((one) => one !== 'content')) {
    yield { holder, key };
    const value = holder[key];
    if (typeof value === 'object' && value !== null) yield* placesIn(value as Holder);
  }
}

type PlaceChange = (place: Place, other: Place, random: Random) => void;

const replace: PlaceChange = ({ holder, key }, _other, random) => {
  holder[key] = oddities[pick(random, oddities.length)];
};

const placeChanges: PlaceChange[] = [
  replace,
  ({ holder, key }) => {
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete holder[key];
  },
  ({ holder, key }) => {
    if (Array.isArray(holder)) holder.splice(Number(key), 0, structuredClone(holder[Number(key)]));
  },
  ({ holder, key }) => {
    if (Array.isArray(holder)) holder.reverse();
    else holder[key] = structuredClone(Object.values(holder)[0]);
  },
  ({ holder, key }, other) => {
    const value = other.holder[other.key];
    if (typeof value === typeof holder[key]) holder[key] = structuredClone(value);
  },
  ({ holder, key }, _other, random) => {
    const text = holder[key];
    if (typeof text !== 'string') return;
    const at = pick(random, text.length);
    holder[key] = `${text.slice(0, at)}${oddTexts[pick(random, oddTexts.length)]}${text.slice(at + pick(random, 3))}`;
  },
];

const oddTexts = ['', '\n', '\n---\n', '\n<!-- 2 text -->\n', ' ', '../', '\u0000', '\u202e', '9', 'x', '`', '%', '+ '];
