import assert from 'node:assert/strict';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { disk } from '../../src/host.ts';
import { linePieces } from '../../src/store/line-pieces.ts';
import { temporaryFolder } from './sandbox.ts';

test('the pieces of a file are its lines, however long they are', (t) => {
  const path = join(temporaryFolder(t), 'lines');
  const line = fc.oneof(fc.nat(400), fc.nat(200_000), fc.constantFrom(0, 131_070, 131_071, 131_072)).map((length) => 'x'.repeat(length));
  fc.assert(
    fc.property(fc.string({ maxLength: 3 }), fc.array(line, { minLength: 1, maxLength: 5 }), fc.boolean(), (head, lines, isEnded) => {
      writeFileSync(path, `${head}${lines.join('\n')}${isEnded ? '\n' : ''}`);
      const from = Buffer.byteLength(head);
      const size = from + Buffer.byteLength(lines.join('\n')) + Number(isEnded);
      const file = openSync(path, 'r');
      const whole = (to: number) => {
        let text = '';
        for (const piece of linePieces(disk, file, from, to)) text += piece;
        return text;
      };
      const told = (size > from ? `\n${lines.join('\n')}` : '').replace(isEnded ? /$/ : /\n$/, '');
      assert.ok(whole(size) === told);
      assert.ok(whole(size + 10_000) === told, 'a file that became shorter ends there');
      closeSync(file);
    }),
    { numRuns: 60 },
  );
});
