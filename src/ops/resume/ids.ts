import { builtin } from '../../builtin.ts';
import type { Exported, Ids } from '../../exporters/exporter.ts';
import type { TurnId } from '../../model/ids.ts';
import { plainId, randomBytes, sessionMark, turnMark } from '../../model/mark.ts';
import type { Role } from '../../model/turn.ts';

/** Returns ids for the new conversation: marked with where it goes on, and with the turns that are written into it (format.md 8). */
export function newIds({ id, tool, turns, agents }: Pick<Exported, 'id' | 'tool' | 'turns' | 'agents'>, from: TurnId): Ids {
  const random = randomness();
  const all = [...turns, ...[...agents.values()].flatMap((agent) => agent.turns)];
  const roles = new Map<TurnId, Role>(all.map(({ turn }) => [turn.id, turn.role]));
  const marks = new Map<TurnId, string>();
  return {
    native: sessionMark(tool, id, from, random(randomBytes)),
    forTurn(turn) {
      const mark = marks.get(turn) ?? turnMark(turn, roles.get(turn) ?? 'user', random(randomBytes));
      marks.set(turn, mark);
      return mark;
    },
    fresh: () => plainId(random),
  };
}

const manyBytes = 4096;

/** Gives random bytes, each once; a few at a time they take as long as the rest of an id. */
function randomness(): (size: number) => Uint8Array {
  let left: Uint8Array = new Uint8Array();
  return (size) => {
    if (left.length < size) left = builtin.crypto.randomBytes(manyBytes);
    const given = left.subarray(0, size);
    left = left.subarray(size);
    return given;
  };
}
