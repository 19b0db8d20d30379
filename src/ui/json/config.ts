import type { ConfigResult } from '../../ops/config.ts';

/** `convo.config/1` */
export interface ConfigWire {
  path: string;
  settings: { key: string; value: string; default: boolean; choices: readonly string[] | null }[];
  changed: { key: string; value: string } | null;
}

/** Returns the wire form of settings. */
export function configWire({ path, settings, changed }: ConfigResult): ConfigWire {
  return {
    path,
    settings: settings.map(({ key, value, isDefault, choices }) => ({ key, value, default: isDefault, choices: choices ?? null })),
    changed: changed ?? null,
  };
}
