import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Json } from '../../src/model/json.ts';
import { compacted, partlySummarized, replayed, Transcript, uuidOf } from './claude-code.ts';
import { Rollout, uuid } from './codex.ts';
import type { HomeFile } from './import-home.ts';
import { caseHome, casesOf } from './sources.ts';

/** Files of one home folder that are one conversation; every order in which they are imported gives the same. */
export interface Scene {
  name: string;
  files: HomeFile[];
  /** [child, parent] by their places in `files`: imported in a run of its own before its parent, the child stays detached (DESIGN 2.1). */
  needs?: [number, number][];
  /** Some files are sub-agents': what arrives behind its turn is a further commit with the same tree (turns.md 5). */
  agents?: boolean;
}

const session = (number: number): string => `5e551000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const claudeFile = (number: number, transcript: Transcript): HomeFile => ({
  path: `.claude/projects/-w-lines/${session(number)}.jsonl`,
  bytes: transcript.bytes,
});
const codexFile = (name: string, rollout: Rollout): HomeFile => ({
  path: `.codex/sessions/2026/03/02/rollout-2026-03-02T08-00-00-${name}.jsonl`,
  bytes: Buffer.from(rollout.text),
});

/** Returns the start of a transcript as the fork of another client writes it: ids and times stay, what tells the session changes. */
function forkOf(transcript: Transcript, records: number, number: number, fields: { [key: string]: Json } = {}): Transcript {
  const fork = new Transcript({ sessionId: session(number), ...fields });
  for (const line of transcript.lines.slice(0, records)) {
    const record = JSON.parse(line);
    const forkedFrom = record.uuid ? { forkedFrom: { sessionId: record.sessionId, messageUuid: record.uuid } } : {};
    fork.lines.push(JSON.stringify({ ...record, sessionId: session(number), ...fields, ...forkedFrom }));
    fork.last = record.uuid ?? fork.last;
  }
  return fork;
}

/** Adds an exchange with record ids of its own, `minute` minutes into the day of all scenes. */
function ask(transcript: Transcript, id: number, words: string, minute = id): Transcript {
  const timestamp = new Date(Date.UTC(2026, 1, 1, 11, minute)).toISOString();
  transcript.user(words, { uuid: uuidOf(id), timestamp });
  transcript.says(`To ${words}`, { uuid: uuidOf(id + 1), timestamp });
  return transcript;
}

function started(fields: { [key: string]: Json } = {}): Transcript {
  const transcript = new Transcript(fields);
  for (const [index, words] of ['One', 'Two', 'Three'].entries()) ask(transcript, index * 2 + 1, words);
  return transcript;
}

function nativeForks(): HomeFile[] {
  const origin = started();
  const fork = ask(forkOf(origin, 4, 1), 20, 'Four');
  const forkOfFork = ask(forkOf(fork, 6, 2), 30, 'Five');
  return [claudeFile(0, origin), claudeFile(1, fork), claudeFile(2, forkOfFork)];
}

function forkAtTip(): HomeFile[] {
  const origin = started();
  const fork = ask(forkOf(origin, 6, 1), 20, 'Four');
  const other = ask(forkOf(origin, 6, 2), 30, 'Five');
  return [claudeFile(0, origin), claudeFile(1, fork), claudeFile(2, other)];
}

function forkedByNewClient(): HomeFile[] {
  const origin = started({ version: '2.0.74', cwd: '/w/old', gitBranch: 'main' });
  const fork = ask(forkOf(origin, 4, 1, { version: '2.1.197', cwd: '/w/new', gitBranch: 'next', entrypoint: 'cli' }), 20, 'Four');
  return [claudeFile(0, origin), claudeFile(1, fork)];
}

function rewindToShell(): HomeFile[] {
  const t = started();
  t.user('<bash-input>ls</bash-input>', { uuid: uuidOf(40), parentUuid: uuidOf(2) });
  t.user('<bash-stdout>a\nb</bash-stdout><bash-stderr></bash-stderr>', { uuid: uuidOf(41) });
  t.says('Two files.', { uuid: uuidOf(42) });
  const fork = ask(forkOf(t, 9, 1), 50, 'Six');
  return [claudeFile(0, t), claudeFile(1, fork)];
}

function forkAfterCompaction(): HomeFile[] {
  const { original, fork } = compacted();
  fork.user('Three', { uuid: uuidOf(20) });
  fork.says('3', { uuid: uuidOf(21) });
  return [claudeFile(0, original), claudeFile(1, fork)];
}

function forkAfterPartlySummary(): HomeFile[] {
  const original = partlySummarized({ head: 3, anchor: 'summary', tail: 6, logical: 2 });
  const fork = ask(replayed(original, [7, 8, 3, 4, 5, 6, 9, 10]), 20, 'Five');
  return [claudeFile(0, original), claudeFile(1, fork)];
}

/** "Summarize from here" keeps the beginning: its fork tells it between the boundary and the summary. */
function forkAfterEndWasSummarized(): HomeFile[] {
  const original = partlySummarized({ head: 1, anchor: 'boundary', tail: 2, logical: 2 });
  const fork = ask(replayed(original, [7, 1, 2, 8, 9, 10]), 20, 'Five');
  return [claudeFile(0, original), claudeFile(1, fork)];
}

function asides(): HomeFile[] {
  const t = new Transcript();
  t.user('Go');
  t.calls('c1', 'Edit', { file_path: '/w/lines/a.ts', old_string: 'a', new_string: 'b' });
  t.meta('queue-operation', { operation: 'enqueue', content: 'and the tests', timestamp: '2026-02-01T10:00:02.500Z' });
  t.user([
    { type: 'tool_result', tool_use_id: 'c1', content: 'done' },
    { type: 'text', text: 'keep the name' },
  ]);
  t.meta('queue-operation', { operation: 'remove', timestamp: '2026-02-01T10:00:03.500Z' });
  t.attachment('queued_command', { prompt: 'and the docs' });
  t.says('Done.');
  t.user('Next');
  t.calls('c2', 'Bash', { command: 'sleep 9' });
  t.user('[Request interrupted by user for tool use]');
  t.user('Wait for it');
  t.calls('c3', 'Bash', { command: 'make' }, { timestamp: '2026-02-01T11:00:00.000Z' });
  t.result('c3', 'made', { timestamp: '2026-02-01T12:10:00.000Z' });
  t.says('Made.', { timestamp: '2026-02-01T12:10:05.000Z' });
  return [claudeFile(0, t)];
}

function parallelTools(): HomeFile[] {
  const t = new Transcript();
  t.user('Look');
  const first = t.calls('c1', 'Read', { file_path: 'a' }, { id: 'm1' });
  const second = t.calls('c2', 'Read', { file_path: 'b' }, { id: 'm1' });
  t.result('c2', 'b', { parentUuid: second });
  t.result('c1', 'a', { parentUuid: first });
  t.says('Seen.', { parentUuid: uuidOf(4) });
  ask(t, 20, 'Again');
  return [claudeFile(0, t), claudeFile(1, ask(forkOf(t, 6, 1), 30, 'Other'))];
}

function backgroundAgent(): HomeFile[] {
  const t = new Transcript();
  t.user('Use helpers');
  t.calls('c1', 'Agent', { prompt: 'near' });
  t.result('c1', 'done', { toolUseResult: { status: 'completed', agentId: 'aa1' } });
  t.calls('c2', 'Agent', { prompt: 'far' });
  t.result('c2', 'launched', { toolUseResult: { isAsync: true, status: 'async_launched', agentId: 'aa2' } });
  t.says('Away.');
  t.user('<task-notification>\n<task-id>aa2</task-id>\n<status>completed</status>\n</task-notification>');
  t.says('Back.');
  const agent = (id: string, from: number): HomeFile => {
    const thread = new Transcript({ isSidechain: true, agentId: id });
    thread.user('near or far', { uuid: uuidOf(from), parentUuid: null });
    thread.says('Found.', { uuid: uuidOf(from + 1) });
    return { path: `.claude/projects/-w-lines/${session(0)}/subagents/agent-${id}.jsonl`, bytes: thread.bytes };
  };
  return [claudeFile(0, t), agent('aa1', 50), agent('aa2', 60)];
}

const turn = (number: number): string => `019cb000-0000-7000-8000-${String(number).padStart(12, '0')}`;

function codexForks(): HomeFile[] {
  const origin = new Rollout({ id: uuid(1) }).meta().exchange(turn(1), 'One', '1').exchange(turn(2), 'Two', '2');
  const cut = origin.ordinal;
  origin.exchange(turn(3), 'Three', '3');
  const base = (from: Rollout, before: number) => ({
    forked_from_id: from.id,
    history_base: { thread_id: from.id, end_ordinal_exclusive: before, end_byte_offset: 0 },
  });
  const fork = new Rollout({ id: uuid(2), ordinal: cut, from: 300 }).meta(base(origin, cut)).exchange(turn(4), 'Four', '4');
  const forkOfFork = new Rollout({ id: uuid(3), ordinal: fork.ordinal, from: 600 })
    .meta(base(fork, fork.ordinal))
    .exchange(turn(5), 'Five', '5');
  return [codexFile(origin.id, origin), codexFile(fork.id, fork), codexFile(forkOfFork.id, forkOfFork)];
}

function codexRevert(): HomeFile[] {
  const origin = new Rollout({ id: uuid(1) }).meta().exchange(turn(1), 'One', '1');
  const cut = origin.ordinal;
  origin.exchange(turn(2), 'Two', '2');
  const base = { history_base: { thread_id: origin.id, end_ordinal_exclusive: cut, end_byte_offset: 0 } };
  const reverted = new Rollout({ id: origin.id, ordinal: cut, from: 300 }).meta(base).exchange(turn(3), 'Three', '3');
  return [codexFile(origin.id, origin), codexFile(`${origin.id}_${uuid(77)}`, reverted)];
}

function codexAgent(): HomeFile[] {
  const origin = new Rollout({ id: uuid(1) }).meta().begin(turn(1)).prompt('Delegate');
  origin
    .calls('c1', 'spawn_agent', { message: 'count' })
    .output('c1', JSON.stringify({ agent_id: uuid(2) }))
    .says('It counts.')
    .end();
  const source = { subagent: { thread_spawn: { parent_thread_id: uuid(1), depth: 1, agent_nickname: 'ada', agent_role: 'worker' } } };
  const agent = new Rollout({ id: uuid(2), from: 100 }).meta({ source, parent_thread_id: uuid(1) }).exchange(turn(2), 'count', '7');
  return [codexFile(uuid(1), origin), codexFile(uuid(2), agent)];
}

/** Every case of turns.md 8 as the files of a home folder. */
export function scenes(): Scene[] {
  return [
    { name: 'native forks', files: nativeForks() },
    { name: 'forks at a tip', files: forkAtTip() },
    { name: 'an old file forked by a new client', files: forkedByNewClient() },
    { name: 'a rewind that begins with a shell line', files: rewindToShell() },
    { name: 'a fork after a compaction', files: forkAfterCompaction(), needs: [[1, 0]] },
    { name: 'a fork after a part was summarized', files: forkAfterPartlySummary(), needs: [[1, 0]] },
    { name: 'a fork after the end was summarized', files: forkAfterEndWasSummarized(), needs: [[1, 0]] },
    { name: 'queued prompts, a remark, an interrupt, a pause in an open call', files: asides() },
    { name: 'parallel tools out of order', files: parallelTools() },
    {
      name: 'agents, one in the background',
      files: backgroundAgent(),
      needs: [
        [1, 0],
        [2, 0],
      ],
      agents: true,
    },
    {
      name: 'Codex fork of a fork',
      files: codexForks(),
      needs: [
        [1, 0],
        [2, 1],
      ],
    },
    { name: 'Codex revert', files: codexRevert(), needs: [[1, 0]] },
    { name: 'Codex agent', files: codexAgent(), needs: [[1, 0]], agents: true },
  ];
}

const knownNeeds: Record<string, Pick<Scene, 'needs' | 'agents'>> = {
  'claude-code/compaction': { needs: [[0, 1]] },
  'claude-code/everyday': { agents: true },
  'claude-code/old-layouts': {
    needs: [
      [2, 0],
      [2, 1],
    ],
    agents: true,
  },
  'codex/agents': { needs: [[1, 0]], agents: true },
  'codex/asked-again': { needs: [[1, 0]] },
  'codex/everyday': { needs: [[1, 0]] },
  'codex/forks': {
    needs: [
      [1, 0],
      [2, 1],
      [3, 0],
    ],
  },
  'codex/legacy-fork': { needs: [[1, 0]] },
  'codex/reverts': {
    needs: [
      [1, 0],
      [2, 1],
      [3, 2],
    ],
  },
};

/** Returns the fixtures as scenes: every home folder of theirs. */
export function fixtureScenes(): Scene[] {
  return ['claude-code', 'codex'].flatMap((tool) =>
    casesOf(tool).map((name) => ({
      name: `fixture ${tool}/${name}`,
      files: filesBelow(caseHome(tool, name)),
      ...knownNeeds[`${tool}/${name}`],
    })),
  );
}

/** Returns every file below a folder, with paths relative to it. */
export function filesBelow(folder: string): HomeFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({ path: relative(folder, path), bytes: readFileSync(path) }));
}

/** Returns the same files with other native ids, so that many copies of a scene are conversations of their own. */
export function renumbered(files: readonly HomeFile[], copy: number): HomeFile[] {
  const digits = String(copy).padStart(4, '0');
  const other = (text: string) =>
    text
      .replaceAll('-0000-4000-8000-', `-${digits}-4000-8000-`)
      .replaceAll('-0000-7000-8000-', `-${digits}-7000-8000-`)
      .replaceAll('"aa1"', `"aa1${digits}"`)
      .replaceAll('aa2', `aa2${digits}`)
      .replaceAll('agent-aa1.', `agent-aa1${digits}.`);
  return files.map(({ path, bytes }) => ({ path: other(path), bytes: Buffer.from(other(Buffer.from(bytes).toString('utf8'))) }));
}
