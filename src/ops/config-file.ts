import { dirname, join } from 'node:path';
import { makeFolders, readIfThere, writeDurably } from '../store/files.ts';
import type { Context } from './context.ts';

/** Returns the path of the settings. */
export const configFile = (context: Context): string => join(context.home, 'config.yaml');

/** `<key>: <value>`; the keys of remotes have parts: `remote.origin.url`. */
export const settingLine = /^([a-z][a-z-]*|remote\.[a-z0-9][a-z0-9-]*\.[a-z]+):(?:[ \t]+(.*?))?[ \t]*$/;

/** Returns the lines of the settings; [''] without a file. */
export async function configLines(context: Context): Promise<string[]> {
  return ((await readIfThere(context.host.fs, configFile(context)))?.toString('utf8') ?? '').split(/\r?\n/);
}

/** Returns the text of a plain or quoted YAML scalar; undefined where YAML would read it as more than text. */
export function scalar(text: string): string | undefined {
  const quoted = /^'((?:[^']|'')*)'(?:\s+#.*)?$/.exec(text)?.[1];
  if (quoted !== undefined) return quoted.replaceAll("''", "'");
  const double = /^"([^"\\]*)"(?:\s+#.*)?$/.exec(text)?.[1];
  if (double !== undefined) return double;
  const plain = text.replace(/\s+#.*$/, '');
  return /^['"&*!|>%@`[{?]|: |:$/.test(plain) ? undefined : plain;
}

/** Writes settings in the place of those whose keys `replaces` takes; the other lines stay. */
export async function writeSettings(
  context: Context,
  replaces: (key: string) => boolean,
  settings: readonly (readonly [key: string, value: string])[],
): Promise<void> {
  const path = configFile(context);
  const kept = (await configLines(context)).filter((text) => !replaces(settingLine.exec(text)?.[1] ?? ''));
  while (kept.at(-1) === '') kept.pop();
  const set = settings.map(([key, value]) => `${key}: ${/^[a-z0-9][\w./-]*$/i.test(value) ? value : `'${value.replaceAll("'", "''")}'`}`);
  await makeFolders(context.host.fs, dirname(path));
  await writeDurably(context.host.fs, path, `${[...kept, ...set].join('\n')}\n`);
}
