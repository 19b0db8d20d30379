import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../golden/', import.meta.url));

/** Compares a text with test/golden/<name>; UPDATE_GOLDEN=1 writes it instead. `$HOME` and `$STORE` stand for the folders given. */
export function golden(name: string, text: string, folders: { home?: string; store?: string } = {}): void {
  const normal = normalised(text, folders);
  const path = join(folder, name);
  if (process.env.UPDATE_GOLDEN === '1') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, normal);
    return;
  }
  assert.ok(existsSync(path), `there is no golden ${name}: look at the output, then run with UPDATE_GOLDEN=1`);
  assert.equal(normal, readFileSync(path, 'utf8'));
}

function normalised(text: string, { home, store }: { home?: string; store?: string }): string {
  const withStore = store ? text.replaceAll(store, '$STORE') : text;
  return home ? withStore.replaceAll(home, '$HOME') : withStore;
}
