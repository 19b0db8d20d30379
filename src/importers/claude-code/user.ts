import type { Part } from '../../model/turn.ts';
import { asideParts, commandText } from './aside.ts';
import { resultParts } from './assistant.ts';
import { promptParts } from './blocks.ts';
import type { Building, Member } from './build.ts';
import { element, messageBlocks, ownText } from './record.ts';
import type { Entry } from './skeleton.ts';

/** Returns the parts of a user turn, in chain order. */
export async function userParts(members: Member[], opener: number, entries: readonly Entry[], building: Building): Promise<Part[]> {
  const parts: Part[] = [];
  const expands = entries[opener]?.kind === 'command';
  for (const member of members) {
    const { kind } = member.entry;
    if (kind === 'result') parts.push(...(await resultParts(member, building)));
    else if (kind === 'prompt' || kind === 'summary' || kind === 'command' || kind === 'shell' || kind === 'notice')
      parts.push(...opening(member));
    else parts.push(...asideParts(member, expands));
  }
  return parts;
}

function opening({ entry, value }: Member): Part[] {
  const blocks = messageBlocks(value);
  if (entry.kind === 'prompt' || entry.kind === 'summary') return promptParts(blocks, 'text');
  const text = ownText(blocks);
  const around = promptParts(blocks, 'text').filter((part) => part.kind !== 'text');
  if (entry.kind === 'notice') return [...around, { kind: 'context', label: 'task-notification', text }];
  if (entry.kind === 'command') return [...around, { kind: 'command', text: commandText(text) }];
  return [...around, { kind: 'command', text: `! ${(element(text, 'bash-input') ?? '').trim()}` }];
}
