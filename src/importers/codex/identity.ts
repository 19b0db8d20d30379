import { type TurnId, turnId } from '../../model/ids.ts';
import { readTurnMark } from '../../model/mark.ts';
import type { Segment } from './state.ts';
import { tool } from './tool.ts';

interface Identity {
  /** The name that it was derived from: a task may get its own later. */
  native: string;
  id: TurnId;
  adopted: boolean;
}

/** They are hashes, and asked for again by all that is told of a turn and of the turns behind it. */
const known = new WeakMap<Segment, Identity>();

function identityOf(segment: Segment): Identity {
  const { native, role } = segment;
  const found = known.get(segment);
  if (found?.native === native) return found;
  const mark = readTurnMark(native, role);
  const identity = { native, id: mark ?? turnId(tool, native, role), adopted: mark !== undefined };
  known.set(segment, identity);
  return identity;
}

/** Returns the id of the turn that a segment becomes. */
export const idOf = (segment: Segment): TurnId => identityOf(segment).id;

/** Tells whether convo wrote a turn; a client begins a task of its own for what comes then. */
export const isAdopted = (segment: Segment): boolean => identityOf(segment).adopted;
