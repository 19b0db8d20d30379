import { dirname, join } from 'node:path';
import { fail } from '../errors.ts';
import { makeFolders, readIfThere, writeDurably } from '../store/files.ts';
import type { Context } from './context.ts';
import { near } from './near.ts';

interface Key {
  summary: string;
  default: string;
  choices?: readonly string[];
}

/** Every key of config.yaml. */
export const configKeys = {
  engine: {
    summary: 'which git to use: system where it is installed, else the embedded one',
    default: 'auto',
    choices: ['auto', 'system', 'isomorphic'],
  },
  pager: { summary: 'command that shows long output; cat for none', default: 'less' },
  color: { summary: 'when to colour', default: 'auto', choices: ['auto', 'always', 'never'] },
} satisfies Record<string, Key>;

export type ConfigKey = keyof typeof configKeys;
/** What config.yaml sets; keys that it does not set are absent. */
export type Config = Partial<Record<ConfigKey, string>>;

export interface ConfigInput {
  key?: string;
  /** Absent: read. Empty: back to the default. */
  value?: string;
}

export interface ConfigResult {
  path: string;
  settings: { key: ConfigKey; value: string; isDefault: boolean; summary: string; choices?: readonly string[] }[];
  /** Set when a value was written. */
  changed?: { key: ConfigKey; value: string };
}

const names = Object.keys(configKeys) as ConfigKey[];
const isKey = (name: string): name is ConfigKey => Object.hasOwn(configKeys, name);
const fileOf = (context: Context) => join(context.home, 'config.yaml');
const setting = /^([a-z][a-z-]*):(?:[ \t]+(.*?))?[ \t]*$/;

/** Returns what config.yaml sets; {} without a file. Throws `bad-config` with the line, for anything that is no known `key: value`. */
export async function readConfig(context: Context): Promise<Config> {
  const path = fileOf(context);
  const config: Config = {};
  for (const [at, text] of (await readLines(context, path)).entries()) {
    if (/^\s*(#|$)/.test(text)) continue;
    const match = setting.exec(text);
    const [key, value] = [match?.[1] ?? '', scalar(match?.[2] ?? '')];
    if (!match || value === undefined) throw fail('bad-config', { path, reason: `line ${at + 1} is not "key: value"` });
    check(key, value, path);
    if (isKey(key) && value !== '') config[key] = value;
  }
  return config;
}

/** Tells one or all settings, or writes one; the other lines of the file stay as they are. */
export async function configure(context: Context, input: ConfigInput): Promise<ConfigResult> {
  const path = fileOf(context);
  const { key, value } = input;
  if (key === undefined) return { path, settings: settings(await readConfig(context), names) };
  check(key, value ?? '', path);
  if (!isKey(key)) throw fail('bad-config', { path, reason: `there is no key "${key}"` });
  if (value === undefined) return { path, settings: settings(await readConfig(context), [key]) };
  await writeSetting(context, path, key, value);
  return { path, settings: settings(await readConfig(context), [key]), changed: { key, value: value || configKeys[key].default } };
}

function settings(config: Config, keys: readonly ConfigKey[]): ConfigResult['settings'] {
  return keys.map((key) => {
    const row: Key = configKeys[key];
    const value = config[key];
    return {
      key,
      value: value ?? row.default,
      isDefault: value === undefined,
      summary: row.summary,
      ...(row.choices && { choices: row.choices }),
    };
  });
}

function check(key: string, value: string, path: string): void {
  if (!isKey(key)) {
    const [best] = near(key, names);
    throw fail('bad-config', { path, reason: `there is no key "${key}"${best ? `; did you mean "${best}"?` : ''}` });
  }
  const { choices }: Key = configKeys[key];
  if (value !== '' && choices && !choices.includes(value)) {
    throw fail('bad-config', { path, reason: `${key} is one of ${choices.join(', ')}, not "${value}"` });
  }
  if (/[\n\r\0]/.test(value)) throw fail('bad-config', { path, reason: `${key} is one line of text` });
}

/** A plain or quoted YAML scalar without anything that YAML would read as more than text. */
function scalar(text: string): string | undefined {
  const quoted = /^'((?:[^']|'')*)'(?:\s+#.*)?$/.exec(text)?.[1];
  if (quoted !== undefined) return quoted.replaceAll("''", "'");
  const double = /^"([^"\\]*)"(?:\s+#.*)?$/.exec(text)?.[1];
  if (double !== undefined) return double;
  const plain = text.replace(/\s+#.*$/, '');
  return /^['"&*!|>%@`[{?]|: |:$/.test(plain) ? undefined : plain;
}

async function readLines(context: Context, path: string): Promise<string[]> {
  return ((await readIfThere(context.host.fs, path))?.toString('utf8') ?? '').split(/\r?\n/);
}

async function writeSetting(context: Context, path: string, key: ConfigKey, value: string): Promise<void> {
  const kept = (await readLines(context, path)).filter((text) => setting.exec(text)?.[1] !== key);
  while (kept.at(-1) === '') kept.pop();
  const set = value === '' ? [] : [`${key}: ${/^[a-z0-9][\w./-]*$/i.test(value) ? value : `'${value.replaceAll("'", "''")}'`}`];
  await makeFolders(context.host.fs, dirname(path));
  await writeDurably(context.host.fs, path, `${[...kept, ...set].join('\n')}\n`);
}
