import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Thread } from '../../src/model/export/thread.ts';
import type { ConversationId, ToolId } from '../../src/model/ids.ts';
import type { Part, Turn } from '../../src/model/turn.ts';
import type { GraphNode } from '../../src/ops/graph.ts';
import { summarize } from '../../src/ops/turn-summary.ts';
import { proseHtml } from '../../src/ui/html/prose.ts';
import { threadPage } from '../../src/ui/html/thread/page.ts';
import { hostileText, runs, turns } from '../support/arbitrary.ts';
import { call, png, said, turn } from '../support/fake-store.ts';
import { golden } from '../support/golden.ts';
import { assertHarmless } from '../support/harmless-page.ts';
import { now } from '../support/run.ts';

const threadOf = (all: readonly Turn[], text: string): Thread => ({
  ...{
    id: '7qk2m4xw9d' as ConversationId,
    tool: text as ToolId,
    name: text,
    title: text,
    project: text,
    tags: [text],
    status: text,
    intent: text,
  },
  ...{ turns: all, agents: [{ id: text, turns: all }] },
});

const graphOf = (all: readonly Turn[], text: string): GraphNode[] =>
  all.map((one) => ({ turn: summarize(one), parents: [], tips: [text], agents: [{ id: text, turns: 1 }] }));

const pageOf = (all: readonly Turn[], text = 'x') => threadPage({ thread: threadOf(all, text), graph: graphOf(all, text), now }).page;

test('no text of a transcript gets out of its place in the page', () => {
  fc.assert(
    fc.property(fc.array(turns, { maxLength: 3 }), hostileText, (all, text) => assertHarmless(pageOf(all, text))),
    { numRuns: Math.ceil(runs / 3) },
  );
});

test('markdown is read without losing a word', () => {
  const letters = (text: string) => text.replace(/[^ab]/g, '').length;
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', '`', '```', '~~~', '*', '**', '#', '# '), maxLength: 40 });
  fc.assert(
    fc.property(text, (given) => {
      const seen = letters(proseHtml(given).markup.replace(/<[^>]*>/g, ''));
      assert.ok(seen >= letters(given.replace(/^ *(?:`{3,}|~{3,}).*$/gm, '')) && seen <= letters(given), JSON.stringify(given));
    }),
    { numRuns: runs },
  );
  assert.equal(
    proseHtml('# A `b`\n\nOne **two** `three`\nfour\n```ts\n<x>\n```\n~~~\nopen').markup,
    '<h3>A <code>b</code></h3><p class="text">One <b>two</b> <code>three</code>\nfour</p><pre>&lt;x&gt;</pre><pre>open</pre>',
  );
});

const file = (media: string, data: Uint8Array): Part => ({ kind: 'attachment', media, name: 'a"><script>', data });
const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>');
const hostile =
  '</p><script>alert(1)</script><img src=x onerror=alert(1)> <a href="javascript:alert(1)">x</a> \u202e &amp; </style>\n```html\n<script>\n```';
const hostileThread = [
  turn('q7m2k4xw9d3f', 1, [[said(hostile), file('image/png', png), file('image/svg+xml', svg), file('text/html', svg)]], 0),
  turn(
    'h3n8s2c5v7ba',
    2,
    [[said(hostile, 'thinking'), call('"><script>', { command: hostile, [hostile]: hostile }, hostile, 'failed'), said(hostile)]],
    1,
    {
      model: '"><script>',
      stop: '<script>',
    },
  ),
];

test('a hostile thread, whole', () => {
  const page = pageOf(hostileThread, '"><script>alert(1)</script>');
  assertHarmless(page);
  golden('html/export-hostile.html', page, {});
});

test('the policy allows the style sheet, images where there are any, and nothing else', () => {
  for (const [all, images] of [
    [hostileThread, '; img-src data:'],
    [[turn('q7m2k4xw9d3f', 1, 'x', 0)], ''],
    [[turn('q7m2k4xw9d3f', 1, [[file('image/svg+xml', svg), file('image/png', svg)]], 0)], ''],
  ] as const) {
    const page = pageOf(all);
    const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(page) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    const policy = `default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;${images}; base-uri &#39;none&#39;; form-action &#39;none&#39;`;
    assert.ok(page.includes(`<meta http-equiv="Content-Security-Policy" content="${policy}">`), images);
    assert.equal(page.includes('<img'), images !== '');
  }
});

test('images stand on the page as far as there is room, the others are told by name and counted', () => {
  const sized = (size: number) => Buffer.concat([png, Buffer.alloc(size - png.length)]);
  const all = [
    turn('q7m2k4xw9d3f', 1, [[file('image/png', sized(6 << 20)), ...Array.from({ length: 9 }, () => file('', sized(4 << 20)))]], 0),
  ];
  const { page, leftOut } = threadPage({ thread: { ...threadOf(all, 'x'), agents: [] }, graph: [], now });
  assert.equal(page.match(/<img /g)?.length, 8);
  assert.equal(leftOut, 2);
  assert.deepEqual(
    [...page.matchAll(/<p class="faint">\[[^\]]* ([\d.]+ MB)\]/g)].map(([, size]) => size),
    ['6.3 MB', '4.2 MB'],
  );
});
