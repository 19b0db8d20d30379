import type { ErrorCode, ExitCode } from '../../errors.ts';
import { safeJson } from '../safe.ts';

interface ErrorFields {
  code: ErrorCode | 'bug';
  message: string;
  hint?: string;
  data: unknown;
  exit: ExitCode;
}

/** Returns the one JSON document that a command prints: `{"schema", "data", "warnings"}`. */
export function documentOf(schema: string, data: unknown, warnings: readonly string[]): string {
  return `${safeJson(JSON.stringify({ schema, data, warnings }, null, 2))}\n`;
}

/** Returns the JSON document of a failure, for stderr. */
export function errorDocument(fields: ErrorFields): string {
  const { code, message, hint, data, exit } = fields;
  return `${safeJson(JSON.stringify({ schema: 'convo.error/1', code, message, hint, data, exit }))}\n`;
}
