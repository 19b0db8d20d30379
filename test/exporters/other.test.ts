import assert from 'node:assert/strict';
import { test } from 'node:test';
import { other as exporter } from '../../src/exporters/other.ts';
import { claudeCode as importer } from '../../src/importers/claude-code/index.ts';
import { exportedOf, targetOf, wholeOf } from '../support/exporter.ts';
import { fixtureSources } from '../support/sources.ts';

const wholes = await Promise.all((await fixtureSources(importer)).map((source) => wholeOf(importer, source)));

test('the document holds the last prompt and answer as they were said, and tells where the rest is', () => {
  const whole = wholes.find(({ source, facts }) => source.path.includes('everyday') && !facts.agent);
  assert.ok(whole);
  const leaf = whole.outlines.filter(({ agent }) => !agent).at(-1)?.id;
  assert.ok(leaf);
  const thread = exportedOf(whole, leaf, [whole], true);
  const { files } = exporter.plan(thread).write(targetOf(exporter));
  const text = Buffer.from(files[0]?.bytes ?? []).toString('utf8');
  assert.equal(files.length, 1);
  assert.match(files[0]?.path ?? '', /^convo-[a-z0-9]+\.md$/);
  assert.ok(text.startsWith(`# ${thread.title}\n`));
  assert.ok(text.includes(`convo show ${thread.id}@n`));
  const said = thread.turns.slice(-2).flatMap(({ turn }) => turn.steps.flatMap(({ parts }) => parts));
  for (const part of said) if (part.kind === 'text') assert.ok(text.includes(part.text.split('\n')[0] ?? ''), part.text);
  assert.deepEqual(exporter.command({ native: '', files: [] }, targetOf(exporter)), []);
});

test('the document is bounded, however long the thread', () => {
  for (const whole of wholes.filter(({ facts }) => !facts.agent)) {
    const leaf = whole.outlines.filter(({ agent }) => !agent).at(-1)?.id;
    if (!leaf) continue;
    const thread = exportedOf(whole, leaf, [whole], true);
    const turns = Array.from({ length: 200 }, () => thread.turns).flat();
    const long = { ...thread, turns: turns.map(({ turn }, index) => ({ turn: { ...turn, n: index + 1 } })) };
    const { fidelity: told, write } = exporter.plan(long);
    const { files } = write(targetOf(exporter));
    assert.ok((files[0]?.bytes.length ?? 0) <= 72_000, `${files[0]?.bytes.length} bytes`);
    assert.ok(told.every(({ kept, why, count }) => kept !== 'exact' && why !== '' && count > 0));
  }
});
