import assert from 'node:assert/strict';
import { join, resolve, sep } from 'node:path';
import { test } from 'node:test';
import type { Exported } from '../../src/exporters/exporter.ts';
import { exporters } from '../../src/exporters/registry.ts';
import type { ConversationId, ToolId, TurnId } from '../../src/model/ids.ts';
import type { Turn } from '../../src/model/turn.ts';
import { targetOf } from '../support/exporter.ts';

/** Names that lead somewhere else when they are taken for a part of a path. */
const evil = [
  '../../../../evil',
  '..\\..\\evil',
  '/etc/evil',
  'C:\\evil',
  '..',
  '.',
  'a/../../evil',
  'evil\0.jsonl',
  '~/evil',
  '-rf',
  'CON',
  'x'.repeat(300),
];

const record = (uuid: string, name: string, fields: object): Uint8Array =>
  Buffer.from(
    JSON.stringify({
      parentUuid: null,
      sessionId: name,
      cwd: `/w/${name}`,
      uuid,
      timestamp: '2026-02-01T10:00:00.000Z',
      agentId: name,
      ...fields,
    }),
  );

function thread(name: string, tool: string, own: boolean): Exported {
  const user: Turn = {
    ...{ id: '000000000001' as TurnId, parent: null, n: 1, role: 'user', records: { kept: [], others: [] } },
    steps: [{ parts: [{ kind: 'text', text: name }] }],
  };
  const place = `Output too large. Full output saved to: /w/tool-results/${name}`;
  const answer: Turn = {
    ...{ id: '000000000002' as TurnId, parent: user.id, n: 2, role: 'assistant', records: { kept: [], others: [] } },
    steps: [
      {
        parts: [
          {
            ...{ kind: 'tool-call', call: name, name, input: { file_path: name }, agents: [name] },
            result: { status: 'ok', content: [{ kind: 'text', text: `${place}\n${'x'.repeat(60_000)}` }] },
          },
        ],
      },
    ],
  };
  const said = { type: 'user', message: { role: 'user', content: `<persisted-output>\n${place}\n</persisted-output>` } };
  const records = [record('0e0e0e0e-0000-4000-8000-000000000001', name, said)];
  return {
    ...{ id: '7qk2m4xw9d' as ConversationId, name, tool: tool as ToolId, title: name, project: name, folder: `/w/${name}`, loose: [] },
    turns: [own ? { turn: user, records } : { turn: user }, { turn: answer }],
    agents: new Map([[name, { name, turns: [own ? { turn: user, records } : { turn: user }], loose: [] }]]),
    documents: new Map([
      [`s/tool-results/${name}`, Buffer.from('spilled')],
      [`s/subagents/agent-${name}.meta.json`, Buffer.from('{}')],
    ]),
  };
}

for (const exporter of exporters)
  test(`no id, name or folder of a thread leads out of the folder of ${exporter.title}`, () => {
    for (const name of evil)
      for (const own of [false, true])
        for (const cwd of ['/w/here', `/w/${name}`]) {
          const target = targetOf(exporter, { cwd });
          const { native, files } = exporter.plan(thread(name, exporter.tool, own)).write(target);
          const paths = files.map(({ path }) => path);
          assert.equal(new Set(paths).size, paths.length);
          for (const path of paths) {
            assert.ok(resolve(target.root, path).startsWith(target.root + sep), path);
            assert.equal(join(target.root, path), `${target.root}/${path}`, path);
            assert.ok(
              path.split('/').every((part) => /^[\w.-]{1,255}$/.test(part) && !/^\.+$/.test(part)),
              path,
            );
          }
          assert.ok(exporter.command({ native, files }, target).every((word) => !word.includes('evil')));
        }
  });

test('with an honest name the same thread brings its sub-agent along', () => {
  const exporter = exporters.find(({ tool }) => tool === 'claude-code');
  assert.ok(exporter);
  const { files } = exporter.plan(thread('a1', 'claude-code', true)).write(targetOf(exporter));
  assert.ok(files.some(({ path }) => path.endsWith('/subagents/agent-a1.jsonl')));
  assert.ok(files.some(({ path }) => path.endsWith('/subagents/agent-a1.meta.json')));
});
