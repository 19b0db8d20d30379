declare const redacted: unique symbol;

/** Content that went through redaction; the store takes nothing else. */
export type Redacted<Value> = Value & { readonly [redacted]: true };

/**
 * Returns content of a source as it may be kept. The one stage between importers and store: every byte of raw, every turn and
 * every fact passes here. It changes nothing yet.
 */
export function redact<Value extends object | string>(value: Value): Redacted<Value> {
  return value as Redacted<Value>;
}
