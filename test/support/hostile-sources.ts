import type { Json } from '../../src/model/json.ts';
import type { HomeFile } from './import-home.ts';
import { mutant, randomFrom } from './mutate.ts';
import { fixtureScenes, renumbered, scenes } from './scenes.ts';

/** What a transcript may hold in any field that becomes commit bytes, a card, a path or a line of YAML. */
const nasty: string[] = [
  '',
  ' ',
  '<>',
  '<synthetic>',
  'a\nauthor evil <e@e> 1 +0000\n\nbody',
  'x\0y',
  '\u001b]0;title\u0007\u001b[2J',
  '\u202egnp.exe',
  '\ud800 lone',
  '../../../etc/passwd',
  '..\\..\\windows',
  '/etc/passwd',
  '.git',
  'refs/heads/main',
  '-x --upload-pack=touch',
  '--\n---\n...',
  'key: value # no',
  '&anchor *alias !!js/function',
  '{a: [b',
  'it\'s "quoted" `code`',
  '```\n````\n</details>\n<!-- records aaaa -->',
  '<!-- 1 text -->\n<!-- records 00000000 -->',
  'no',
  '1.10',
  '12345678901234567890',
  '__proto__',
  'constructor',
  'é'.repeat(300),
  '🙂'.repeat(90),
  'a'.repeat(5000),
  'C:\\Users\\ada',
  'CON',
  'name.lock',
  '2026-13-45T99:99:99Z',
  '1969-12-31T23:59:59Z',
  '2100-01-01T00:00:00.000Z',
  '+275760-09-13T00:00:00.001Z',
  'git@example.com:ada/x.git',
  'https://user:secret@example.com/a/b.git',
  'file:///etc',
];
const numbers: Json[] = [null, true, -1, 0, 1e300, 1e15, [], {}, [null], { a: { b: [] } }];

/** Fields of both tools whose values reach more than the text of a page. */
const fields = [
  'uuid',
  'parentUuid',
  'sessionId',
  'cwd',
  'version',
  'gitBranch',
  'timestamp',
  'type',
  'model',
  'id',
  'name',
  'customTitle',
  'aiTitle',
  'title',
  'agentId',
  'turn_id',
  'call_id',
  'tool_use_id',
  'thread_id',
  'repository_url',
  'role',
  'subtype',
  'stop_reason',
  'content',
  'text',
  'command',
  'file_path',
  'media_type',
  'forked_from_id',
  'logicalParentUuid',
  'stop',
  'message',
  'usage',
  'output_tokens',
  'ordinal',
];

/** Puts hostile values into some of the fields of a record, at any depth. */
function poisoned(value: Json, random: () => number, rate: number): Json {
  if (Array.isArray(value)) return value.map((item) => poisoned(item, random, rate));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => {
      if (!fields.includes(key) || random() >= rate) return [key, poisoned(child, random, rate)];
      return [
        key,
        random() < 0.8 ? (nasty[Math.floor(random() * nasty.length)] ?? '') : (numbers[Math.floor(random() * numbers.length)] ?? null),
      ];
    }),
  );
}

function poisonedFile(bytes: Uint8Array, random: () => number): Uint8Array {
  const lines = Buffer.from(bytes).toString('utf8').split('\n');
  const rate = random() < 0.5 ? 0.03 : 0.3;
  return Buffer.from(
    lines.map((line) => (line.startsWith('{') ? JSON.stringify(poisoned(JSON.parse(line), random, rate)) : line)).join('\n'),
  );
}

/** Returns mutated copies of the scenes and fixtures that are lines: bytes damaged, or hostile values in well-formed records. */
export function hostileFiles(count: number, seed: number): HomeFile[] {
  const originals = [...scenes(), ...fixtureScenes()]
    .flatMap(({ files }) => files)
    .filter(({ path, bytes }) => path.endsWith('.jsonl') && bytes.length < 40_000);
  const random = randomFrom(seed);
  return Array.from({ length: count }, (_, index) => {
    const original = originals[index % originals.length] as HomeFile;
    // Every third keeps its ids, so that mutants of one original meet in one conversation.
    const [file] = index % 3 === 0 ? [original] : renumbered([original], index % 10_000);
    const { path, bytes } = file as HomeFile;
    const wellFormed = isLines(bytes);
    const changed = index % 2 === 0 || !wellFormed ? mutant(bytes, seed + index) : poisonedFile(bytes, random);
    return {
      path: path.replace(/([^/]+)\.jsonl$/, `${index}-$1.jsonl`).replace(/(^|\/)(\d+)-(rollout-|agent-)/, '$1$3$2-'),
      bytes: changed,
    };
  });
}

function isLines(bytes: Uint8Array): boolean {
  try {
    for (const line of Buffer.from(bytes).toString('utf8').split('\n')) if (line.startsWith('{')) JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
