import type { EditResult } from '../../ops/label-result.ts';

/** `convo.edit/1`: what was changed on a card; null = nothing stands there. */
export interface EditWire {
  id: string;
  tool: string;
  title: string;
  changes: { field: string; before: string | null; after: string | null }[];
}

/** Returns the wire form of an edit. */
export function editWire({ id, tool, title, changes }: EditResult): EditWire {
  return { id, tool, title, changes: changes.map(({ field, before, after }) => ({ field, before: before ?? null, after: after ?? null })) };
}
