import { count } from '../../../model/count.ts';
import type { Piece } from '../../../model/diff/text.ts';
import type { TurnChange } from '../../../model/diff/threads.ts';
import { saidIn, toldIn } from '../../../model/notes/said.ts';
import { subjectOf } from '../../../model/subject.ts';
import type { Turn } from '../../../model/turn.ts';
import { signs } from '../../text/diff/look.ts';
import { dotted, modelName, moment, stopWord, took } from '../../text/words.ts';
import { oneLine } from '../../width.ts';
import { callsHtml, clipped } from '../calls.ts';
import { type Html, html } from '../html.ts';

/** Characters of a text that stand on the page. */
const most = 40_000;

/** Returns the card of a turn: what it is, what was said, its calls folded. */
export function turnHtml(row: TurnChange, turn: Turn, side: 'a' | 'b', now: number): Html {
  const stop = stopWord(turn.stop);
  const facts = dotted([
    turn.kind,
    turn.model === undefined ? undefined : oneLine(modelName(turn.model)),
    moment(turn.time, now),
    turn.role === 'assistant' ? took(turn) : undefined,
  ]);
  return html`<article class="turn"><header><span title="${row.change}">${signs[row.change]}</span><b>${turn.n} ${turn.role}</b><span>${facts}</span>${
    stop === undefined ? undefined : html`<span class="bad">${oneLine(stop)}</span>`
  }</header>${textHtml(row, turn, side)}${callsHtml(turn, side, row.calls)}</article>
`;
}

function textHtml(row: TurnChange, turn: Turn, side: 'a' | 'b'): Html {
  const said = saidIn(turn);
  const told = toldIn(turn) || subjectOf(turn);
  const text = row.text ? html`<p class="text">${piecesHtml(row.text.pieces, side)}</p>` : plainHtml(told);
  if (said === told || said === '') return text;
  return html`${text}<details><summary>all that was said</summary><p class="text">${clipped(said, most)}</p></details>`;
}

/** Lines of a long text that stand open. */
const open = 12;

function plainHtml(text: string): Html {
  const rows = text.split('\n');
  if (rows.length <= open * 2) return html`<p class="text">${clipped(text, most)}</p>`;
  const rest = rows.slice(open).join('\n');
  return html`<p class="text">${clipped(rows.slice(0, open).join('\n'), most)}</p><details><summary>${count(rows.length - open, 'more line')}</summary><p class="text">${clipped(rest, most)}</p></details>`;
}

/** One side of a compared text. */
function piecesHtml(pieces: readonly Piece[], side: 'a' | 'b'): Html {
  const hidden = side === 'a' ? '+' : '-';
  let left = most;
  return html`${pieces.map(([mark, text]) => {
    if (mark === hidden || left <= 0) return undefined;
    const shown = clipped(text, left);
    left -= text.length;
    return mark === '=' ? shown : mark === '-' ? html`<del>${shown}</del>` : html`<ins>${shown}</ins>`;
  })}`;
}
