import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Exported, Exporter, Written } from '../../src/exporters/exporter.ts';
import { exporters } from '../../src/exporters/registry.ts';
import { importers } from '../../src/importers/registry.ts';
import type { Json } from '../../src/model/json.ts';
import { brokenRules } from '../clients/rules.ts';
import { cutThreads, exportedOf, targetOf, type Whole, wholeOf } from '../support/exporter.ts';
import { fixtureSources } from '../support/sources.ts';

type Fields = { [key: string]: Json };

const recordsOf = ({ files }: Written): Fields[] =>
  Buffer.from(files[0]?.bytes ?? [])
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

/** The request that a client makes of a transcript, as far as the service's rules want to see it. */
const requests: Record<string, (records: Fields[]) => Fields> = {
  'claude-code'(records) {
    const from = records.findLastIndex(({ subtype }) => subtype === 'compact_boundary') + 1;
    const messages: { role: string; id?: Json; content: Json[] }[] = [];
    for (const { type, message, isSidechain } of records.slice(from) as { type: string; message?: Fields; isSidechain?: boolean }[]) {
      if (!message || isSidechain) continue;
      const content = typeof message.content === 'string' ? [{ type: 'text', text: message.content }] : (message.content as Json[]);
      const known = type === 'assistant' ? messages.find(({ id }) => id !== undefined && id === message.id) : undefined;
      const last = messages.at(-1);
      if (known) known.content.push(...content);
      else if (type === 'user' && last?.role === 'user') last.content.push(...content);
      else messages.push({ role: type, content: [...content], ...(type === 'assistant' ? { id: message.id ?? null } : {}) });
    }
    return { messages: messages as unknown as Json };
  },
  codex(records) {
    const from = records.findLastIndex(({ type }) => type === 'compacted') + 1;
    return { input: records.slice(from).flatMap(({ type, payload }) => (type === 'response_item' ? [payload ?? null] : [])) };
  },
};

const wholes = new Map<string, Whole[]>();
for (const importer of importers)
  wholes.set(importer.tool, await Promise.all((await fixtureSources(importer)).map((source) => wholeOf(importer, source))));

function* threadsOf(tool: string, built: boolean): Generator<{ name: string; thread: Exported }> {
  const all = wholes.get(tool) ?? [];
  for (const whole of all.filter(({ facts }) => facts.agent === undefined))
    for (const { id } of whole.outlines.filter(({ agent }) => agent === undefined)) {
      const name = `${whole.source.path} ${id}`;
      yield { name, thread: exportedOf(whole, id, all, built) };
      for (const { step, thread } of cutThreads(whole, id, all)) {
        const turns = built ? thread.turns.map(({ turn }) => ({ turn })) : thread.turns;
        yield { name: `${name}.${step}`, thread: built ? { ...thread, turns, loose: [], agents: new Map() } : thread };
      }
    }
}

const broken = (exporter: Exporter, thread: Exported): string[] =>
  brokenRules(requests[exporter.tool]?.(recordsOf(exporter.plan(thread).write(targetOf(exporter)))) ?? {}).map(({ got }) => String(got));

for (const exporter of exporters.filter(({ tool }) => importers.some((importer) => importer.tool === tool)))
  describe(`the rules of the service, from every turn and step: ${exporter.title}`, () => {
    for (const tool of wholes.keys())
      test(`built from what ${tool} recorded: all of them`, () => {
        let seen = 0;
        for (const { name, thread } of threadsOf(tool, true)) {
          assert.deepEqual(broken(exporter, thread), [], name);
          seen += 1;
        }
        assert.ok(seen > 20);
      });

    test('with its own records: no call without its result', () => {
      for (const { name, thread } of threadsOf(exporter.tool, false))
        assert.deepEqual(
          broken(exporter, thread).filter((what) => /has no (?:result|output)/.test(what)),
          [],
          name,
        );
    });
  });
