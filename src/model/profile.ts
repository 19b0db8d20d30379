import { fail } from '../errors.ts';
import { readFrontmatter } from './frontmatter.ts';
import { defaultLimits, type PageLimits } from './page/limits.ts';
import type { Field } from './printed-yaml.ts';
import { type YamlValue, yamlFlowText, yamlText } from './yaml.ts';

/** How every device of a store derives turns, pages and redactions: `convo.yaml` on `main`. Only `convo upgrade` changes it. */
export interface Profile {
  /** The number of the on-disk format. */
  format: number;
  /** Which rules part records into turns. */
  segmentation: number;
  limits: PageLimits;
  /** Generation of the importer by tool. */
  importers: Record<string, number>;
  /** Rises when older derived text has to be redacted again. */
  epoch: number;
  /** The user's own patterns of secrets, sorted. */
  patterns: string[];
  /** Keys that this convo does not know, as they are written. */
  extra?: [key: string, written: string][];
}

export const defaultProfile: Profile = { format: 1, segmentation: 1, limits: defaultLimits, importers: {}, epoch: 1, patterns: [] };

const limitKeys = ['inline', 'page', 'head', 'tail'] as const;

/** Returns `convo.yaml`. */
export function printProfile(profile: Profile): string {
  const { limits, importers, patterns, extra } = profile;
  const generations = Object.keys(importers).sort();
  return [
    `convo: ${profile.format}`,
    `segmentation: ${profile.segmentation}`,
    `limits: {${limitKeys.map((key) => `${key}: ${limits[key]}`).join(', ')}}`,
    ...(generations.length > 0
      ? [`importers: {${generations.map((tool) => `${yamlFlowText(tool)}: ${importers[tool]}`).join(', ')}}`]
      : []),
    `epoch: ${profile.epoch}`,
    ...(patterns.length > 0 ? ['patterns:', ...patterns.map((pattern) => `  - ${yamlText(pattern)}`)] : []),
    ...(extra ?? []).map(([key, written]) => `${yamlText(key)}:${written === '' || written.startsWith('\n') ? '' : ' '}${written}`),
    '',
  ].join('\n');
}

/** Returns what `convo.yaml` says; the default profile for an empty text. Throws `bad-page`. */
export function parseProfile(text: string): Profile {
  const fields = readFrontmatter(text);
  const count = (key: string, fallback: number) => readCount(key, fields.get(key)?.value ?? String(fallback));
  const limits = readMap(fields, 'limits');
  const known = new Set(['convo', 'segmentation', 'limits', 'importers', 'epoch', 'patterns']);
  const extra = [...fields].filter(([key]) => !known.has(key)).map(([key, { written }]): [string, string] => [key, written]);
  return {
    format: count('convo', defaultProfile.format),
    segmentation: count('segmentation', defaultProfile.segmentation),
    limits: Object.fromEntries(
      limitKeys.map((key) => [key, readCount(key, limits.get(key) ?? String(defaultLimits[key]))]),
    ) as unknown as PageLimits,
    importers: Object.fromEntries([...readMap(fields, 'importers')].map(([tool, value]) => [tool, readCount(tool, value)])),
    epoch: count('epoch', defaultProfile.epoch),
    patterns: readList(fields.get('patterns')?.value),
    ...(extra.length > 0 ? { extra } : {}),
  };
}

/** Returns the profile of two stores that meet for the first time: theirs, with the patterns of both and the higher epoch. */
export function meet(ours: Profile, theirs: Profile): Profile {
  return {
    ...theirs,
    epoch: Math.max(ours.epoch, theirs.epoch),
    patterns: [...new Set([...ours.patterns, ...theirs.patterns])].sort(),
  };
}

function readMap(fields: ReadonlyMap<string, Field>, key: string): ReadonlyMap<string, YamlValue> {
  const value = fields.get(key)?.value;
  if (value === undefined || value === '') return new Map();
  if (!(value instanceof Map)) throw fail('bad-page', { reason: `"${key}" of convo.yaml is no map` });
  return value;
}

function readList(value: YamlValue | undefined): string[] {
  if (value === undefined || value === '') return [];
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
    throw fail('bad-page', { reason: 'the patterns of convo.yaml are no list' });
  return value;
}

function readCount(key: string, value: YamlValue): number {
  if (typeof value !== 'string' || !/^\d{1,15}$/.test(value)) throw fail('bad-page', { reason: `"${key}" of convo.yaml is no number` });
  return Number(value);
}
