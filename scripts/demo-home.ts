import { cpSync, readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));

/** Makes a folder look like the home of somebody who worked with every tool that has an `everyday` fixture, some days ago. */
export function layOutHome(home: string, lastChange: Date): void {
  for (const tool of readdirSync(fixtures)) {
    for (const name of readdirSync(join(fixtures, tool)).filter((one) => one.startsWith('everyday'))) {
      cpSync(join(fixtures, tool, name, 'home'), home, { recursive: true });
    }
  }
  for (const name of readdirSync(home, { recursive: true, encoding: 'utf8' })) {
    const path = join(home, name);
    if (statSync(path).isFile()) utimesSync(path, lastChange, lastChange);
  }
}
