import { tagsOf } from '../../model/card.ts';
import { conversationSchema } from '../../model/export/conversation-file.ts';
import type { Json } from '../../model/json.ts';
import { type LabelField, labelFault, tagFault } from '../../model/labels.ts';
import type { PagedTurn, StoredBranch, StoredConversation } from '../../ops/export/conversation.ts';
import { summarize } from '../../ops/turn-summary.ts';
import { safeJson } from '../safe.ts';
import { partWire, turnWire } from './turn.ts';

/**
 * Returns the file of a conversation, `convo.conversation/1`: for programs what `show --json` tells of each turn, and in `page` what import
 * adopts (`model/export/conversation-file.ts`).
 */
export function conversationFile({ about, head, card, active, branches, agents, files }: StoredConversation): string {
  const labelOf = (field: LabelField) => (card?.[field] !== undefined && labelFault(field, card[field]) === undefined ? card[field] : null);
  const document = {
    schema: conversationSchema,
    conversation: {
      ...{
        tool: about.tool,
        id: about.id,
        origin: about.origin,
        title: head.title.slice(0, 4096),
        titled: (card?.rev?.title ?? 0) > 0,
        project: head.project,
        active,
      },
      ...{ tags: card ? tagsOf(card).filter((tag) => tagFault(tag) === undefined) : [], status: labelOf('status') },
      ...{ priority: labelOf('priority'), intent: labelOf('intent'), notes: labelOf('notes'), links: card?.links ?? [] },
    },
    branches: branches.map(branchWire),
    agents: agents.map(({ id, turns }) => ({ id, turns: turns.map(pagedWire) })),
    files: Object.fromEntries([...files].map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')])),
  };
  return `${safeJson(JSON.stringify(document, null, 1))}\n`;
}

const branchWire = ({ name, label, native, thread, turns }: StoredBranch) => ({
  ...{ name, label: label ?? null, native: native ?? null, thread },
  turns: turns.map(pagedWire),
});

function pagedWire({ turn, page }: PagedTurn) {
  const content = turn.steps.map(({ parts }) => ({ parts: parts.map((part): Json => partWire(part)) }));
  return { ...turnWire(summarize(turn)), parent: turn.parent, content, page };
}
