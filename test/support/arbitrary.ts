import fc from 'fast-check';
import type { ToolId, TurnId } from '../../src/model/ids.ts';
import type { Json } from '../../src/model/json.ts';
import type { AttachmentPart, ExtraKey, Part, TextPart, ToolCallPart, ToolResult, Turn, UnknownPart } from '../../src/model/turn.ts';

/** Runs of a property: 300, or 20,000 in a campaign. */
export const runs = process.env.CONVO_CAMPAIGN === 'full' ? 20_000 : 300;

const nasty = [
  '',
  '\n',
  '\n\n',
  '\r\n',
  '\r',
  '---',
  '---\n',
  '\n---\n',
  'convo: 1\nturn: q7m2k4xw9d3f\n',
  '<!-- 1 text -->',
  '\n<!-- 1 text -->\n',
  '<!-- 2 call toolu_01 {"input":{}} -->\n',
  '\\<!-- 1 text -->',
  '\n\\\\<!-- 12 text -->',
  '<!-- records 4fd1a09c + 77be02d1 -->',
  '\n<!-- records -->\n',
  '\\<!-- records -->',
  '<!--',
  '-->',
  '```',
  '\n```\n',
  '````',
  '`````text\n',
  '~~~',
  '\n~~~~\n',
  '``` attachments/0123456789abcdef.txt\n',
  '</details>',
  '\n</details>\n\n',
  '<details><summary>',
  '</summary>\n\n',
  '<b>Bash</b> <code>x</code> · failed',
  '</code> · no result',
  '<script>alert(1)</script>',
  '[12 lines, 1 KB](../../attachments/0123456789abcdef.txt)\n',
  '![a](b)',
  '\u0000',
  '\u0007\u001b[31m',
  '\u007f\u0085\u009b',
  '\ud800',
  '\udc00',
  '\ud83d\ude00',
  '\u202e\u2066abc\u2069',
  '\u2028\u2029',
  '\ufeff',
  '\\u0000',
  '\\u005c',
  '\\u',
  '\\',
  '"',
  "'",
  ': ',
  ' #',
  '__proto__',
  'constructor',
  'null',
  '{{',
  '↑',
  '%00',
  '&amp;<>"',
  '- ',
  '+',
  '*** Begin Patch\n*** Update File: a.ts\n',
  '**User, while it worked:**\n\n',
  'e\u0301\u00e9',
];

const fragment = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...nasty) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 9 }).map((length) => '`'.repeat(length)) },
);

/** Text that looks like the page's own syntax, in every broken form. */
export const hostileText: fc.Arbitrary<string> = fc.array(fragment, { maxLength: 8 }).map((fragments) => fragments.join(''));

const longText = fc
  .tuple(hostileText, fc.integer({ min: 1, max: 400 }), fc.constantFrom('', '\n', ' '))
  .map(([text, times, glue]) => `${text}${glue}`.repeat(times));

const anyText = fc.oneof({ weight: 5, arbitrary: hostileText }, { weight: 1, arbitrary: longText });

const keyName = fc.oneof(
  fc.constantFrom('command', 'cmd', 'old_string', 'new_string', 'oldString', 'newString', 'file_path', 'content', 'description', 'prompt'),
  fc.constantFrom('__proto__', 'constructor', 'toString', '', '0', '7', 'a-b', 'edits', 'todos', 'replace_all', 'timeout', 'plan'),
  hostileText,
);

const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true }),
  fc.constantFrom(-0, 1e21, Number.MAX_SAFE_INTEGER, 5e-324, Number.POSITIVE_INFINITY),
);

/** Any value that JSON can carry, with keys that tools use and keys that attack. */
export const json: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    fc.oneof(fc.constant(null), fc.boolean(), number, anyText),
    fc.array(tie('value'), { maxLength: 4 }),
    object(tie('value')),
  ),
})).value;

function object(value: fc.Arbitrary<Json>): fc.Arbitrary<{ [key: string]: Json }> {
  return fc.array(fc.tuple(keyName, value), { maxLength: 6 }).map((pairs) => Object.fromEntries(pairs));
}

const input = fc.oneof({ weight: 5, arbitrary: object(fc.oneof({ weight: 3, arbitrary: anyText }, json)) }, json);

const id = fc.oneof(fc.stringMatching(/^toolu_[A-Za-z0-9]{1,20}$/), hostileText);

function record<Fields extends object>(
  required: { [K in keyof Fields]-?: fc.Arbitrary<Exclude<Fields[K], undefined>> },
  keys: (keyof Fields)[],
) {
  return fc.record(required, { requiredKeys: keys as never, noNullPrototype: true }) as unknown as fc.Arbitrary<Fields>;
}

const textPart = record<TextPart>(
  {
    kind: fc.constantFrom('text', 'thinking', 'prompt', 'remark', 'command', 'output', 'expansion', 'context', 'error'),
    text: anyText,
    label: hostileText,
    call: id,
  },
  ['kind', 'text'],
);

const bytesOf = ([head, rest]: [string, Uint8Array]) => Uint8Array.from([...Buffer.from(head, 'latin1'), ...rest]);

const attachmentPart = record<AttachmentPart>(
  {
    kind: fc.constant('attachment'),
    media: fc.oneof(fc.constantFrom('image/png', 'image/jpeg', 'image/svg+xml', 'application/pdf', 'text/plain'), hostileText),
    name: hostileText,
    data: fc.tuple(fc.constantFrom('', '\x89PNG\r\n\x1a\n', 'GIF89a'), fc.uint8Array({ maxLength: 40 })).map(bytesOf),
  },
  ['kind', 'media', 'data'],
);

const unknownPart = record<UnknownPart>({ kind: fc.constant('unknown'), type: hostileText, value: json }, ['kind', 'type', 'value']);

const result: fc.Arbitrary<ToolResult> = record<ToolResult>(
  {
    status: fc.constantFrom('ok', 'failed', 'rejected'),
    content: fc.array(
      fc.oneof(
        { weight: 3, arbitrary: record<{ kind: 'text'; text: string }>({ kind: fc.constant('text'), text: anyText }, ['kind', 'text']) },
        attachmentPart,
        unknownPart,
      ),
      { maxLength: 3 },
    ),
  },
  ['status', 'content'],
);

const callPart = record<ToolCallPart>(
  {
    kind: fc.constant('tool-call'),
    call: id,
    name: fc.oneof(fc.constantFrom('Bash', 'Edit', 'Write', 'Read', 'mcp__tracker__create'), hostileText),
    input,
    result,
    agents: fc.array(hostileText, { maxLength: 2 }),
  },
  ['kind', 'call', 'name', 'input'],
);

/** Any part of a turn. */
export const part: fc.Arbitrary<Part> = fc.oneof(
  { weight: 3, arbitrary: textPart },
  { weight: 3, arbitrary: callPart },
  attachmentPart,
  record<Extract<Part, { kind: 'tool-result' }>>({ kind: fc.constant('tool-result'), call: id, result }, ['kind', 'call', 'result']),
  unknownPart,
);

/** Any turn id. */
export const turnIds = fc.stringMatching(/^[0-9a-hjkmnp-tv-z]{12}$/) as fc.Arbitrary<string> as fc.Arbitrary<TurnId>;

const count = fc.nat({ max: 10_000_000 });
const recordId = fc.oneof({ weight: 4, arbitrary: fc.stringMatching(/^[0-9a-f]{8}$/) }, hostileText);
const instant = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map((date) => date.toISOString());

const writtenValues = fc.constantFrom(
  '1',
  'x',
  '"a: b"',
  "'it''s'",
  '[a, b]',
  '{a: 1}',
  '1.10',
  '|\n  a\n  b',
  '\n  - a\n  - {b: c}',
  '',
  '0777',
);

/** Unknown keys at places where a page of the turn has them. */
function extraOf(turn: Turn): fc.Arbitrary<ExtraKey[]> {
  const anchors = [
    '',
    'convo',
    'turn',
    ...(turn.parent === null ? [] : ['parent']),
    'n',
    'role',
    ...(turn.stop === undefined ? [] : ['stop']),
  ];
  return fc
    .uniqueArray(fc.tuple(fc.nat({ max: anchors.length - 1 }), fc.stringMatching(/^x_?[a-zA-Z_]{1,10}$/), writtenValues), {
      selector: ([, key]) => key,
      minLength: 1,
      maxLength: 5,
    })
    .map((items) => {
      const sorted = items.sort(([a], [b]) => a - b);
      return sorted.map(([anchor, key, value], i) => {
        const before = sorted[i - 1];
        return { key, value, after: before && before[0] === anchor ? before[1] : (anchors[anchor] ?? '') };
      });
    });
}

const plainTurn = record<Turn>(
  {
    id: turnIds,
    parent: fc.option(turnIds),
    n: fc.nat(),
    role: fc.constantFrom('user', 'assistant'),
    kind: fc.constantFrom('command', 'shell', 'notice', 'compaction', 'merge', 'reverted'),
    time: fc.oneof(instant, hostileText),
    ended: instant,
    model: fc.oneof(fc.constantFrom('claude-x', '<synthetic>', 'no', '1.10', '0777', '12345678901234567890', '2026-01-01'), hostileText),
    tool: fc.constantFrom('codex', 'claude-code') as fc.Arbitrary<string> as fc.Arbitrary<ToolId>,
    tokens: record<NonNullable<Turn['tokens']>>({ output: count, context: count }, []),
    stop: fc.oneof(fc.constantFrom('end', 'interrupted'), hostileText),
    origin: fc.oneof(turnIds, hostileText),
    edited: hostileText,
    steps: fc.array(
      fc.array(part, { maxLength: 4 }).map((parts) => ({ parts })),
      { maxLength: 4 },
    ),
    records: record<Turn['records']>({ kept: fc.array(recordId, { maxLength: 4 }), others: fc.array(recordId, { maxLength: 3 }) }, [
      'kept',
      'others',
    ]),
    extra: fc.constant([]),
  },
  ['id', 'parent', 'n', 'role', 'steps', 'records'],
);

/** Any turn. */
export const turns: fc.Arbitrary<Turn> = plainTurn.chain(({ extra, ...turn }) =>
  extra ? extraOf(turn).map((keys) => ({ ...turn, extra: keys })) : fc.constant(turn),
);
