import { string } from '../../importers/kit/fields.ts';
import type { ExportedAgent } from '../exporter.ts';
import { type Kept, readRecord } from '../kit/record.ts';

/** A sub-agent that comes along. */
export interface AgentRecords {
  id: string;
  records: Kept[];
  /** Older clients wrote the records of an agent into the file of its parent, without its id. */
  inside: boolean;
}

/** Returns a sub-agent with its records; nothing where they are not all here, or its name is none of a file. */
export function agentRecords(id: string, agent: ExportedAgent): AgentRecords[] {
  const records = agent.turns.flatMap((one) => one.records ?? []).map(readRecord);
  const [first] = records;
  if (!first || agent.turns.some((one) => !one.records)) return [];
  const inside = string(first.value.agentId) === '';
  return inside || /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(id) ? [{ id, records, inside }] : [];
}
