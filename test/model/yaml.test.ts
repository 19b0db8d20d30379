import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CORE_SCHEMA, JSON_SCHEMA, load, YAML11_SCHEMA } from 'js-yaml';
import { readFrontmatter, splitFrontmatter } from '../../src/model/frontmatter.ts';
import { readYaml, yamlFlowText, yamlText } from '../../src/model/yaml.ts';
import { hostileText, runs } from '../support/arbitrary.ts';

const wellFormed = (text: string) => !/\p{Surrogate}/u.test(text);
const schemas = [CORE_SCHEMA, JSON_SCHEMA, YAML11_SCHEMA];

const words = [
  ...[
    'no',
    'Yes',
    'on',
    'y',
    'null',
    '~',
    'true',
    '1.10',
    '0777',
    '0o17',
    '0x1F',
    '1e5',
    '12345678901234567890',
    '.5',
    '.inf',
    '-.INF',
    '.NaN',
  ],
  ...[
    '2026-02-01',
    '2026-02-01 10:00:00',
    '12:30',
    '1_000',
    '+1',
    '-1',
    '',
    ' a',
    'a ',
    'a: b',
    'a #b',
    '#a',
    '- a',
    '? a',
    '[a]',
    '{a}',
    '*a',
    '&a',
    '!a',
  ],
  ...[
    '@a',
    '`a`',
    '%a',
    '|',
    '>',
    "'a'",
    '"a"',
    '<<',
    '=',
    'a:',
    '4f1c0e',
    '1e5000000000',
    '<synthetic>',
    'example.com/app',
    'a\nb',
    '\ud800',
  ],
];

test('a scalar is one line that every reader takes for the same text', () => {
  const property = (value: string) => {
    for (const line of [`k: ${yamlText(value)}\n`, `k: {k: ${yamlFlowText(value)}}\n`, `k: [${yamlFlowText(value)}, x]\n`]) {
      assert.equal(line.split('\n').length, 2);
      const own = readYaml(line)[0]?.value;
      assert.equal(Array.isArray(own) ? own[0] : own instanceof Map ? own.get('k') : own, value);
      if (!wellFormed(value)) continue;
      for (const schema of schemas) {
        const { k } = load(line, { schema }) as { k: unknown };
        assert.equal(Array.isArray(k) ? k[0] : typeof k === 'object' && k ? (k as { k: unknown }).k : k, value, line);
      }
    }
  };
  for (const word of words) property(word);
  fc.assert(fc.property(fc.oneof(hostileText, fc.stringMatching(/^[-+0-9a-fxo._:eET ]{1,8}$/)), property), { numRuns: runs });
});

test('a text beyond ASCII is plain where all of it is letters, marks, numbers and what stands between words', () => {
  const plain = /^[\p{L}\p{N}_/(][\p{L}\p{M}\p{N} _./@+(),'!;=?%$&*:#-]*$/u;
  const property = (value: string) => assert.equal(yamlText(value) === value, plain.test(value) && !/: |:$| #| $/.test(value), value);
  for (let code = 0x80; code < 0x10000; code += 1) {
    const character = String.fromCharCode(code);
    for (const value of [`é${character}`, `é${character}`.normalize('NFD'), `${character}é`]) property(value);
  }
  const piece = fc.constantFrom(...'aé字ñ\u0301\u2026\u2028`"[]{}<>|~\\^#:- \t', ': ', ' #');
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 8 }), (pieces) => property(`é${pieces.join('')}`)),
    { numRuns: runs },
  );
});

test('scalars come back as they are written', () => {
  const front = 'a: no\nb: 1.10\nc: 0777\nd: 12345678901234567890\ne: 2026-02-01\nf: 2026-02-01T10:00:00.000Z\ng: ~\nh:\ni: 1e400\n';
  const values = {
    a: 'no',
    b: '1.10',
    c: '0777',
    d: '12345678901234567890',
    e: '2026-02-01',
    f: '2026-02-01T10:00:00.000Z',
    g: '~',
    h: '',
    i: '1e400',
  };
  assert.deepEqual(Object.fromEntries([...readFrontmatter(front)].map(([key, { value }]) => [key, value])), values);
  assert.deepEqual(Object.fromEntries(readYaml(front).map(({ key, value }) => [key, value])), values);
});

test('the fast reader and YAML agree', () => {
  const line = fc.tuple(
    fc.stringMatching(/^[a-z]{1,3}$/),
    fc.oneof(
      hostileText.map((text) => text.replaceAll('\n', ' ')),
      fc.constantFrom(...words),
    ),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 4 }), (lines) => {
      const front = lines.map(([key, text]) => `${key}: ${text}\n`).join('');
      const read = (reader: () => unknown) => {
        try {
          return reader();
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'bad-page', String((error as Error).stack));
          return 'refused';
        }
      };
      const flat = read(() => [...readFrontmatter(front)].map(([key, field]) => [key, field.value]));
      assert.deepEqual(
        flat,
        read(() => readYaml(front).map(({ key, value }) => [key, value])),
      );
    }),
    { numRuns: runs },
  );
});

test('what is not plain data is refused', () => {
  const bomb = `a: &a [x, x]\n${[...'bcdefgh'].map((key, i) => `${key}: &${key} [*${'abcdefgh'[i]}, *${'abcdefgh'[i]}]`).join('\n')}\n`;
  const refused = [
    bomb,
    'a: &x 1\n',
    'a: *x\n',
    'a: !!str 1\n',
    'a: !x 1\n',
    '!!map\na: 1\n',
    '&x\na: 1\n',
    '<<: {a: 1}\n',
    'a: {<<: {b: 1}}\n',
    '__proto__: 1\n',
    'a: {__proto__: 1}\n',
    'constructor: 1\n',
    'prototype: 1\n',
    'a: 1\na: 2\n',
    'a: {b: 1, b: 2}\n',
    '- a\n',
    'a\n',
    '{a: 1\n',
    'a: 1\n---\nb: 2\n',
    '%YAML 1.2\n---\na: 1\n',
    '[a]: 1\n',
    `a: ${'['.repeat(9)}${']'.repeat(9)}\n`,
    `a: ${'['.repeat(30_000)}\n`,
    `a: ${'x'.repeat(70_000)}\n`,
  ];
  const start = performance.now();
  for (const text of refused) assert.throws(() => readFrontmatter(text), { code: 'bad-page' }, text.slice(0, 60));
  assert.ok(performance.now() - start < 500);
  assert.equal(({} as Record<string, unknown>).a, undefined);
});

test('frontmatter ends at the first fence', () => {
  assert.deepEqual(splitFrontmatter('---\na: 1\n---\n---\nb\n'), { front: 'a: 1\n', body: '---\nb\n' });
  assert.deepEqual(splitFrontmatter('---\n---\n'), { front: '', body: '' });
  assert.deepEqual(splitFrontmatter('---\na: 1\n---'), { front: 'a: 1\n', body: '' });
  for (const page of ['', 'a: 1\n', '---js\na\n---\n', '---\na: 1\n', '\ufeff---\na: 1\n---\n']) {
    assert.throws(() => splitFrontmatter(page), { code: 'bad-page' });
  }
});

test('the text of a value is kept as written', () => {
  const front = 'a: "x"\n"b c":   y\n\'d\': [1,\n  2]\ne:\n  - f\n  - {g: h}\ni: |\n  j\n  k\nl: m # n\n';
  const written = readYaml(front).map(({ key, written: text }) => [key, text]);
  assert.deepEqual(written, [
    ['a', '"x"'],
    ['b c', '  y'],
    ['d', '[1,\n  2]'],
    ['e', '\n  - f\n  - {g: h}'],
    ['i', '|\n  j\n  k'],
    ['l', 'm # n'],
  ]);
});
