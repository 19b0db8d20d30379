import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { claudeConversation } from './corpus/claude-code.ts';
import { codexConversation, instructionsOf } from './corpus/codex.ts';
import { filesBelow } from './corpus/files.ts';
import { random } from './corpus/random.ts';
import { phrase } from './corpus/text.ts';

/** What decides every byte of a corpus. */
export interface CorpusOptions {
  conversations: number;
  /** Exchanges of a conversation in the middle. */
  exchanges: number;
  /** Most messages with tool calls before an answer. */
  calls: number;
  /** Characters of a tool result in the middle. */
  resultSize: number;
  /** Set for long conversations of Claude Code of about this many bytes each. */
  bytes?: number;
}

/** A home folder as two tools leave it, and what stands in it. */
export interface Corpus {
  home: string;
  conversations: number;
  /** Turns that an import must find, without those of sub-agents. */
  turns: number;
  files: number;
  /** Bytes of all files. */
  bytes: number;
}

const codexShare = 0.3;
const forkShare = 0.03;
const projectSize = 40;
const mostExchanges = 60;
const instructions = instructionsOf(random('instructions'));
/** All conversations were held in 2025, so all of their turns are finished. */
const firstDay = Date.UTC(2025, 0, 6, 9);
const day = 86_400_000;

/** Returns the folder of generated corpora: `$CONVO_BENCH_CACHE`, else below the system's folder for temporary files. */
export const cacheFolder = (): string => process.env.CONVO_BENCH_CACHE ?? join(tmpdir(), 'convo-bench');

/** Returns the corpus, generated at most once for the same options and the same generator. */
export function corpus(options: CorpusOptions, progress: (message: string) => void = () => {}): Corpus {
  const key = createHash('sha256').update(JSON.stringify(options)).update(generator()).digest('hex').slice(0, 12);
  const folder = join(cacheFolder(), key);
  const home = join(folder, 'home');
  const manifest = join(folder, 'corpus.json');
  if (!existsSync(manifest)) {
    progress(`generating ${options.conversations} conversations in ${folder}`);
    const partial = `${folder}.${process.pid}`;
    try {
      const counts = generate(join(partial, 'home'), options);
      writeFileSync(join(partial, 'corpus.json'), JSON.stringify(counts));
      rmSync(folder, { recursive: true, force: true });
      renameSync(partial, folder);
    } finally {
      rmSync(partial, { recursive: true, force: true });
    }
  }
  return { home, ...(JSON.parse(readFileSync(manifest, 'utf8')) as Counts) };
}

type Counts = Omit<Corpus, 'home'>;

/** The sources of the generator: another generator makes another corpus. */
function generator(): string {
  const folder = fileURLToPath(new URL('./corpus/', import.meta.url));
  const parts = readdirSync(folder).sort();
  return [fileURLToPath(import.meta.url), ...parts.map((name) => join(folder, name))].map((path) => readFileSync(path, 'utf8')).join('\0');
}

/** Writes a corpus into a home folder and returns what it wrote. */
export function generate(home: string, options: CorpusOptions): Counts {
  const counts = { conversations: options.conversations, turns: 0, files: 0, bytes: 0 };
  for (let n = 0; n < options.conversations; n += 1) {
    const written = conversation(home, n, options);
    counts.turns += written.turns;
    counts.files += written.files;
    counts.bytes += written.bytes;
  }
  return counts;
}

function conversation(home: string, n: number, { exchanges, calls, resultSize, bytes }: CorpusOptions): Omit<Counts, 'conversations'> {
  const numbers = random(`conversation ${n}`);
  const project = phrase(random(`project ${Math.floor(n / projectSize)}`)).replaceAll(' ', '-');
  const files = filesBelow(home);
  const start = firstDay + (n % 300) * day + numbers.int(0, 9 * 3600) * 1000;
  const plan = { numbers, folder: `/home/ada/${project}`, start, calls, resultSize, emit: files.emit };
  if (bytes !== undefined) {
    const enough = () => files.length() >= bytes;
    const turns = claudeConversation({ ...plan, exchanges: Number.POSITIVE_INFINITY, enough }, false);
    return { turns, ...files.finish(start + day) };
  }
  const count = Math.max(1, Math.min(mostExchanges, numbers.size(exchanges)));
  const fork = count > 1 && numbers.chance(forkShare);
  const turns = numbers.chance(codexShare)
    ? codexConversation({ ...plan, exchanges: count }, instructions, fork)
    : claudeConversation({ ...plan, exchanges: count }, fork);
  return { turns, ...files.finish(start + day) };
}
