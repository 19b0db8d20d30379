import type { ConversationId, ToolId } from '../../src/model/ids.ts';
import type { Labels } from '../../src/model/labels.ts';
import type { EditResult, LabelPlace, TagInput, TagResult } from '../../src/ops/label-result.ts';

const place: LabelPlace = { id: '7qk2m4xw9d' as ConversationId, tool: 'claude-code' as ToolId, title: 'Fix the line splitter' };

/** What an edit gives: every value is new, the status takes the place of another one. */
export function editedCard(labels: Labels): EditResult {
  const fields = Object.entries(labels) as [keyof Labels, string][];
  const changes = fields.map(([field, after]) => ({
    field,
    ...(field === 'status' ? { before: 'active' } : {}),
    ...(after === '' ? {} : { after }),
  }));
  return { ...place, title: labels.title ?? place.title, changes };
}

/** What `tag` gives for words behind `7qk2`; `bench` is there already. */
export function tagged({ words, remove }: TagInput): TagResult {
  const tags = words.slice(1);
  if (words.length === 0) {
    return {
      did: 'counted',
      tags: [
        { tag: 'parser', conversations: 1204 },
        { tag: '日本語', conversations: 1 },
      ],
    };
  }
  if (tags.length === 0) return { did: 'listed', ...place, tags: ['bench', 'parser'] };
  const changed = tags.filter((tag) => (tag === 'bench') === remove);
  return { did: remove ? 'untagged' : 'tagged', ...place, changed, tags: remove ? ['parser'] : ['bench', ...changed] };
}
