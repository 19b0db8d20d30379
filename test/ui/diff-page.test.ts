import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { factsOf } from '../../src/model/diff/facts.ts';
import { diffThreads } from '../../src/model/diff/threads.ts';
import type { ToolId } from '../../src/model/ids.ts';
import { notesOf } from '../../src/model/notes/notes.ts';
import type { Turn } from '../../src/model/turn.ts';
import type { DiffResult, DiffSide } from '../../src/ops/diff.ts';
import { summarize } from '../../src/ops/turn-summary.ts';
import { diffPage } from '../../src/ui/html/diff/page.ts';
import { escaped } from '../../src/ui/html/html.ts';
import { hostileText, runs, turns } from '../support/arbitrary.ts';
import { threads } from '../support/arbitrary-thread.ts';
import { assertHarmless } from '../support/harmless-page.ts';
import { now } from '../support/run.ts';

function resultOf(a: Turn[], b: Turn[], text: string, base: Turn | undefined): DiffResult {
  const changes = diffThreads(a, b);
  const counts = { same: 0, alike: 0, changed: 0, removed: 0, added: 0 };
  for (const { change } of changes) counts[change] += 1;
  const conversation = { id: text, tool: text as ToolId, title: text, project: text, branch: text, branches: 2, active: true, turns: 1 };
  const side: DiffSide = { name: text, conversation, turns: 1 };
  const facts = factsOf(notesOf(a), notesOf(b));
  return { a: side, b: side, ...(base && { base: { turn: summarize(base), shared: 1, merged: 'a' as const } }), facts, changes, counts };
}

test('no text of a transcript gets out of its place in the page', () => {
  const hostileThread = fc.array(turns, { maxLength: 3 });
  const pairs = fc.oneof(fc.tuple(hostileThread, hostileThread), threads);
  const property = fc.property(pairs, hostileText, fc.option(turns, { nil: undefined }), ([a, b], text, base) => {
    assertHarmless(diffPage(resultOf(a, b, text, base), now));
  });
  fc.assert(property, { numRuns: Math.ceil(runs / 3) });
});

test('the check would see an unescaped text', () => {
  const page = diffPage(resultOf([], [], 'x', undefined), now);
  assertHarmless(page);
  for (const bad of ['<script>', '<b onclick="x">', '<p style="x">', '&nbsp;', '\u202e', '<a href="x">', '<p>"</p'])
    assert.throws(() => assertHarmless(page.replace('</main>', bad)), bad);
});

test('what is escaped reads as it was', () => {
  assert.equal(escaped(`<a href='x'>"&amp;"\u202e</a>\r\n`), '&lt;a href=&#39;x&#39;&gt;&quot;&amp;amp;&quot;\\u{202e}&lt;/a&gt;\n');
});

test('the policy allows the style sheet of the page and nothing else', () => {
  const page = diffPage(resultOf([], [], 'x', undefined), now);
  const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(page) ?? [];
  const hash = createHash('sha256').update(style).digest('base64');
  const policy = `default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;`;
  assert.ok(page.includes(`<meta http-equiv="Content-Security-Policy" content="${policy}">`));
  assert.ok(page.indexOf('Content-Security-Policy') < page.indexOf('<style>'));
});
