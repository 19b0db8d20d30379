import { fail } from '../errors.ts';
import { configFile, configLines, scalar, settingLine, writeSettings } from './config-file.ts';
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

/** Returns what config.yaml sets; {} without a file. Throws `bad-config` with the line, for anything that is no known `key: value`. */
export async function readConfig(context: Context): Promise<Config> {
  const path = configFile(context);
  const config: Config = {};
  for (const [at, text] of (await configLines(context)).entries()) {
    if (/^\s*(#|$)/.test(text)) continue;
    const match = settingLine.exec(text);
    const [key, value] = [match?.[1] ?? '', scalar(match?.[2] ?? '')];
    if (!match || value === undefined) throw fail('bad-config', { path, reason: `line ${at + 1} is not "key: value"` });
    if (key.startsWith('remote.')) continue; // remote/settings.ts
    check(key, value, path);
    if (isKey(key) && value !== '') config[key] = value;
  }
  return config;
}

/** Tells one or all settings, or writes one; the other lines of the file stay as they are. */
export async function configure(context: Context, input: ConfigInput): Promise<ConfigResult> {
  const path = configFile(context);
  const { key, value } = input;
  if (key === undefined) return { path, settings: settings(await readConfig(context), names) };
  check(key, value ?? '', path);
  if (!isKey(key)) throw fail('bad-config', { path, reason: `there is no key "${key}"` });
  if (value === undefined) return { path, settings: settings(await readConfig(context), [key]) };
  await writeSettings(context, (name) => name === key, value === '' ? [] : [[key, value]]);
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
