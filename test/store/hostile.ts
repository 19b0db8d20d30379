import fc from 'fast-check';

/** Strings that break commit headers, idents and terminals. */
export const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 120 }),
  fc.string({
    unit: fc.constantFrom(
      '<',
      '>',
      '\n',
      '\0',
      ' ',
      '.',
      ',',
      ';',
      '"',
      "'",
      '`',
      '\\',
      '\uffff',
      '\u{10fffe}',
      '\ufdd0',
      '\u007f',
      '\u0085',
      '\ud800',
      '\u037e',
      'e\u0301',
      '🙂',
      'a',
    ),
    maxLength: 90,
  }),
  fc.constantFrom('<synthetic>', '', ' ', '\n\ntree 0', 'a\nauthor b <c> 1 +0000', '<>', '🙂'.repeat(80), 'é'.repeat(70), '-x', '\ufeff'),
);
/** ISO times, and what stands where one should. */
export const times = fc.oneof(
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.constantFrom(
    '',
    'yesterday',
    '1969-12-31T23:59:59.999Z',
    '1970-01-01T00:00:00Z',
    '2099-12-31T23:59:59.999Z',
    '2100-01-01T00:00:00Z',
    '+020000-01-01T00:00:00Z',
    undefined,
  ),
);
