import type { ReimportResult } from '../../ops/reimport-result.ts';

/** `convo.reimport/1` */
export interface ReimportWire {
  dryRun: boolean;
  changed: { id: string; title: string; tool: string; turnsBefore: number; turnsAfter: number; turnsChanged: number }[];
  unchanged: number;
}

/** Returns the wire form of a reimport. */
export function reimportWire({ dryRun, changed, unchanged }: ReimportResult): ReimportWire {
  return {
    dryRun,
    changed: changed.map(({ id, title, tool, turnsBefore, turnsAfter, turnsChanged }) => ({
      ...{ id, title, tool, turnsBefore, turnsAfter, turnsChanged },
    })),
    unchanged,
  };
}
