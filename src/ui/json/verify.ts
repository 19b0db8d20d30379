import type { VerifyResult } from '../../ops/verify-result.ts';

/** `convo.verify/1` */
export interface VerifyWire {
  store: string;
  engine: string;
  ok: boolean;
  checks: { name: string; looked: string; problems: { message: string; id: string | null; tool: string | null }[] }[];
  recovered: string[];
}

/** Returns the wire form of a check of the store. */
export function verifyWire({ store, engine, checks, recovered }: VerifyResult): VerifyWire {
  return {
    ...{ store, engine, ok: checks.every((check) => check.problems.length === 0) },
    checks: checks.map(({ name, looked, problems }) => ({
      ...{ name, looked },
      problems: problems.map(({ message, id, tool }) => ({ message, id: id ?? null, tool: tool ?? null })),
    })),
    recovered,
  };
}
