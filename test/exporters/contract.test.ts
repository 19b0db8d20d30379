import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Exported, Exporter, Plan, Target, Written } from '../../src/exporters/exporter.ts';
import { exporters } from '../../src/exporters/registry.ts';
import type { ConversationId, ToolId, TurnId } from '../../src/model/ids.ts';
import { trustedAbove, writeOutside } from '../../src/store/outside.ts';
import { targetOf } from '../support/exporter.ts';
import { hostAt } from '../support/sources.ts';

/** What the tools that follow want of the contract, each as small as can be: where files lie, by what they are found, what is typed. */
interface Sketch extends Pick<Exporter, 'root' | 'command' | 'settings' | 'before'> {
  write(thread: Exported, target: Target): Written;
}

const words = ({ turns }: Exported): string[] =>
  turns.map(({ turn }) => turn.steps.flatMap(({ parts }) => parts.map((part) => ('text' in part ? part.text : ''))).join('\n'));
const lines = (values: unknown[]): Uint8Array => Buffer.from(values.map((value) => `${JSON.stringify(value)}\n`).join(''));
const keyOf = (cwd: string): string => cwd.replace(/[^A-Za-z0-9]/g, '-');
const stamp = ({ now }: Target): string => new Date(now).toISOString().replace(/[:.]/g, '-');
const inRoot = ({ root }: Target, { files: [file] }: { files: { path: string }[] }): string => join(root, file?.path ?? '');

const sketches: Record<string, Sketch> = {
  /** The folder of a project has a name that a file of the tool tells. */
  gemini: {
    root: ({ home }) => join(home, '.gemini'),
    settings: ({ home }) => [join(home, '.gemini', 'projects.json')],
    write(thread, target) {
      const { projects } = JSON.parse([...target.settings.values()][0] ?? '{"projects":{}}');
      const { native } = target.ids;
      const path = `tmp/${projects[target.cwd]}/chats/session-${stamp(target).slice(0, 16)}-${native.slice(0, 8)}.jsonl`;
      return { native, files: [{ path, bytes: lines([{ sessionId: native, kind: 'main' }, ...words(thread)]) }] };
    },
    command: ({ native }) => ['gemini', '--resume', native],
  },
  /** The tool takes a document in by a command of its own, and its ids are no UUIDs: the mark stands in them. */
  opencode: {
    root: ({ home }) => join(home, '.local', 'share', 'opencode', 'import'),
    write(thread, { ids }) {
      const native = `ses_${ids.native.replaceAll('-', '')}`;
      return { native, files: [{ path: `${native}.json`, bytes: lines([{ info: { id: native }, messages: words(thread) }]) }] };
    },
    before: (written, target) => [['opencode', 'import', inRoot(target, written)]],
    command: ({ native }) => ['opencode', '-s', native],
  },
  /** A folder for each conversation. */
  'copilot-cli': {
    root: ({ home, env }) => env.COPILOT_HOME || join(home, '.copilot'),
    write(thread, { ids: { native }, cwd }) {
      const place = `session-state/${native}`;
      return {
        native,
        files: [
          { path: `${place}/events.jsonl`, bytes: lines(words(thread)) },
          { path: `${place}/workspace.yaml`, bytes: Buffer.from(`id: ${native}\ncwd: ${cwd}\n`) },
        ],
      };
    },
    command: ({ native }) => ['copilot', `--resume=${native}`],
  },
  /** The conversation is named by its path. */
  pi: {
    root: ({ home, env }) => join(env.PI_CODING_AGENT_DIR || join(home, '.pi', 'agent'), 'sessions'),
    write(thread, target) {
      const { native } = target.ids;
      const path = `-${keyOf(target.cwd)}--/${stamp(target)}_${native}.jsonl`;
      return { native, files: [{ path, bytes: lines([{ type: 'session', version: 3, id: native }, ...words(thread)]) }] };
    },
    command: (written, target) => ['pi', '--session', inRoot(target, written)],
  },
  droid: {
    root: ({ home }) => join(home, '.factory', 'sessions'),
    write(thread, { ids: { native }, cwd }) {
      const place = `${keyOf(cwd)}/${native}`;
      return {
        native,
        files: [
          { path: `${place}.jsonl`, bytes: lines([{ type: 'session_start', id: native }, ...words(thread)]) },
          { path: `${place}.settings.json`, bytes: Buffer.from('{}\n') },
        ],
      };
    },
    command: ({ native }) => ['droid', '--resume', native],
  },
  /** Its file lies in the project; the user's own one is left alone. */
  aider: {
    root: (_, cwd) => cwd,
    write(thread, { ids: { native } }) {
      const text = words(thread).map((said, index) => (index % 2 === 0 ? said.replace(/^/gm, '#### ') : said));
      return { native, files: [{ path: `.aider.chat.history.${native}.md`, bytes: Buffer.from(`${text.join('\n\n')}\n`) }] };
    },
    command: (written, target) => ['aider', '--restore-chat-history', '--chat-history-file', inRoot(target, written)],
  },
  /** A file that is no text. */
  'cursor-cli': {
    root: ({ home }) => join(home, '.cursor', 'chats'),
    write: (_, { ids: { native }, cwd }) => ({
      native,
      files: [{ path: `${keyOf(cwd)}/${native}/store.db`, bytes: Uint8Array.of(...Buffer.from('SQLite format 3\0'), 0xff, 0) }],
    }),
    command: ({ native }) => ['cursor-agent', '--resume', native],
  },
};

const thread: Exported = {
  ...{
    id: '7qk2m4xw9d' as ConversationId,
    name: '7qk2m4xw9d',
    tool: 'claude-code' as ToolId,
    title: 'A title',
    project: '',
    loose: [],
    agents: new Map(),
    documents: new Map(),
  },
  turns: (['user', 'assistant'] as const).map((role, index) => ({
    turn: {
      ...{ id: `00000000000${index}` as TurnId, parent: null, n: index + 1, role, records: { kept: [], others: [] } },
      steps: [{ parts: [{ kind: 'text', text: `Said ${index}` }] }],
    },
  })),
};

function homeOf(t: TestContext): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'convo-contract-')));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

for (const [name, sketch] of Object.entries(sketches))
  test(`the contract carries ${name}`, async (t) => {
    const home = homeOf(t);
    const [cwd, state] = [join(home, 'app'), join(home, 'state')];
    for (const folder of [cwd, state]) mkdirSync(folder);
    const host = hostAt(home);
    const asked = sketch.settings?.(host) ?? [];
    const settings = new Map(asked.map((path) => [path, JSON.stringify({ projects: { [cwd]: 'app' } })]));
    const { write, ...named } = sketch;
    const plan = (whole: Exported): Plan => ({ fidelity: [], write: (to) => write(whole, to) });
    const exporter: Exporter = { tool: name as ToolId, title: name, plan, ...named };
    const root = exporter.root(host, cwd) ?? '';
    const target = () => targetOf(exporter, { root, cwd, settings });
    const planned = exporter.plan(thread);
    const written = planned.write(target());
    assert.deepEqual(planned.write(target()), written);
    assert.deepEqual(exporter.plan(thread).write(target()), written);
    const { files } = await writeOutside(host, state, { root, trusted: trustedAbove(host, root) }, written.files);
    for (const [index, { path }] of files.entries()) {
      assert.ok(path.startsWith(root));
      assert.deepEqual(Buffer.compare(readFileSync(path), Buffer.from(written.files[index]?.bytes ?? [])), 0);
    }
    const typed = [...(exporter.before?.(written, target()) ?? []), exporter.command(written, target())];
    assert.ok(typed.every(([program]) => program && /^[a-z-]+$/.test(program)));
    assert.ok(
      typed.flat().some((word) => word.includes(written.native)),
      'what is typed leads to what was written',
    );
    await assert.rejects(writeOutside(host, state, { root, trusted: trustedAbove(host, root) }, written.files), { code: 'way-blocked' });
  });

test('every tool that convo writes for says what it is called, where it writes and what to type', () => {
  for (const exporter of exporters) {
    const root = exporter.root(hostAt('/home/u'), '/w/here');
    const target = targetOf(exporter, { root: root ?? '' });
    const { expected, write } = exporter.plan(thread);
    const written = write(target);
    assert.equal(exporter.command(written, target).length > 0, root !== undefined);
    assert.equal(expected !== undefined, root !== undefined);
    assert.ok(exporter.title.length > 0 && written.files.length > 0);
  }
});
