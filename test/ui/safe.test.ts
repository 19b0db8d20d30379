import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { line, render, styled } from '../../src/ui/line.ts';
import { safe, safeJson } from '../../src/ui/safe.ts';

/** Says the rule again, by code point, so that the expression in safe.ts is checked against it. */
function drives(point: number): boolean {
  return (
    (point < 0x20 && point !== 0x0a && point !== 0x09) ||
    (point >= 0x7f && point <= 0x9f) ||
    (point >= 0x202a && point <= 0x202e) ||
    (point >= 0x2066 && point <= 0x2069) ||
    (point >= 0x200b && point <= 0x200f) ||
    (point >= 0xe0000 && point <= 0xe007f) ||
    (point >= 0xd800 && point <= 0xdfff)
  );
}

const points = (text: string) => [...text].map((character) => character.codePointAt(0) ?? 0);
const hostile = fc.string({ unit: fc.integer({ min: 0, max: 0x10ffff }).map((point) => String.fromCodePoint(point)) });
const units = fc.array(fc.integer({ min: 0, max: 0xffff })).map((codes) => String.fromCharCode(...codes));
const dense = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xa0 }), fc.integer({ min: 0x2000, max: 0x2070 }), fc.integer({ min: 0xdff0, max: 0xe0080 })))
  .map((codes) => codes.map((code) => String.fromCodePoint(code)).join(''));
const text = fc.oneof(hostile, units, dense);

test('safe leaves nothing that drives a terminal, and everything else as it is', () => {
  fc.assert(
    fc.property(text, (given) => {
      const clean = safe(given);
      assert.ok(!points(clean).some(drives));
      // What was replaced is told by its number: reading those back gives the text again, unless it held such a name itself.
      if (!given.includes('\\u{'))
        assert.equal(
          clean.replace(/\\u\{([0-9a-f]+)\}/g, (_, hex) => String.fromCodePoint(Number.parseInt(hex, 16))),
          given,
        );
    }),
  );
});

test('safe is the identity on what is safe', () => {
  for (const given of ['plain', 'tab\tand\nnewline', 'Grüße 日本語 😀', '👍🏽', 'ا ب']) assert.equal(safe(given), given);
});

test('each of the known attacks is shown, not obeyed', () => {
  const attacks = {
    '\u001b[31m': '\\u{1b}[31m',
    '\u001b]0;title\u0007': '\\u{1b}]0;title\\u{7}',
    '\u009b31m': '\\u{9b}31m',
    'a\rb': 'a\\u{d}b',
    'a\bb': 'a\\u{8}b',
    '\u202etxt.exe': '\\u{202e}txt.exe',
    '\u200b': '\\u{200b}',
    '\u{e0041}': '\\u{e0041}',
    '\ud800': '\\u{d800}',
    '\u007f': '\\u{7f}',
    '\u000e': '\\u{e}',
  };
  for (const [given, shown] of Object.entries(attacks)) assert.equal(safe(given), shown);
});

test('safeJson means the same value and is as safe', () => {
  fc.assert(
    fc.property(fc.oneof(text, fc.array(text), fc.dictionary(text, text)), (value) => {
      const json = safeJson(JSON.stringify(value));
      assert.equal(JSON.stringify(JSON.parse(json)), JSON.stringify(value));
      assert.ok(!points(json).some(drives));
    }),
  );
});

test('a line is one line, whatever stands in it; only the painter adds escape sequences', () => {
  fc.assert(
    fc.property(fc.array(text), (texts) => {
      const rendered = render(line(...texts.map((one) => styled('strong', one))), (_style, one) => `<${one}>`);
      assert.ok(!rendered.includes('\n'));
      assert.ok(!points(rendered).some(drives));
    }),
  );
});
