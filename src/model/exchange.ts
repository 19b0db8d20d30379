/** A prompt and what answered it. */
export interface Exchange<One> {
  prompt?: One;
  answers: One[];
}

/** Returns the exchanges of a thread, in its order: each prompt begins one. */
export function exchangesOf<One extends { role: string }>(turns: readonly One[]): Exchange<One>[] {
  const exchanges: Exchange<One>[] = [];
  for (const turn of turns) {
    const last = exchanges.at(-1);
    if (turn.role === 'user') exchanges.push({ prompt: turn, answers: [] });
    else if (last) last.answers.push(turn);
    else exchanges.push({ answers: [turn] });
  }
  return exchanges;
}
