import type { Part, Step, Turn } from '../../model/turn.ts';
import { object } from '../kit/fields.ts';
import { answerSteps } from './answer.ts';
import { idOf } from './identity.ts';
import { parentOf } from './outline.ts';
import { recordIds } from './pile.ts';
import { promptParts } from './prompt.ts';
import type { CodexRecord } from './record.ts';
import type { Segment, State } from './state.ts';
import { contentOf, textOf } from './text.ts';

/** Returns the turn of a segment, built from its records. */
export function buildTurn(state: State, segment: Segment, records: CodexRecord[]): Turn {
  const turn: Turn = {
    id: idOf(segment),
    parent: parentOf(state, segment),
    n: 0,
    role: segment.role,
    steps: stepsOf(segment, records),
    records: recordIds(segment),
  };
  if (segment.kind !== undefined) turn.kind = segment.kind;
  if (segment.time !== undefined) turn.time = new Date(segment.time).toISOString();
  if (segment.ended !== undefined) turn.ended = new Date(segment.ended).toISOString();
  if (segment.model !== undefined) turn.model = segment.model;
  if (segment.stop !== undefined) turn.stop = segment.stop;
  if (segment.output !== undefined || segment.context !== undefined) {
    turn.tokens = {
      ...(segment.output === undefined ? {} : { output: segment.output }),
      ...(segment.context === undefined ? {} : { context: segment.context }),
    };
  }
  return turn;
}

function stepsOf(segment: Segment, records: CodexRecord[]): Step[] {
  if (segment.kind === 'compaction') return [{ parts: compactionParts(records) }];
  return segment.role === 'user' ? [{ parts: promptParts(records) }] : answerSteps(records);
}

/** The summary that the model works on with, else as it wrote it; newer ones are only encrypted. */
function compactionParts(records: CodexRecord[]): Part[] {
  const compacted = records.find(({ type }) => type === 'compacted');
  const written = records.filter(({ summary }) => summary === true).flatMap(({ payload }) => contentOf(payload).map(textOf));
  const message = object(compacted?.payload).message;
  const text = typeof message === 'string' && message.trim() !== '' ? message : written.join('\n');
  const notes = promptParts(records.filter((record) => record.summary !== true && record.type !== 'compacted'));
  return text.trim() === '' ? notes : [{ kind: 'text', text }, ...notes];
}
