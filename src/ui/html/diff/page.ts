import { count } from '../../../model/count.ts';
import type { TurnChange } from '../../../model/diff/threads.ts';
import { subjectOf } from '../../../model/subject.ts';
import type { DiffResult, DiffSide } from '../../../ops/diff.ts';
import { render } from '../../line.ts';
import { type SideBySide, sideBySide } from '../../text/diff/columns.ts';
import { factRows } from '../../text/diff/fact-rows.ts';
import { apartText, turnOf } from '../../text/diff/look.ts';
import { sumLine } from '../../text/diff/stat.ts';
import { moment } from '../../text/words.ts';
import { oneLine } from '../../width.ts';
import { type Html, html, lineHtml } from '../html.ts';
import { pageHtml } from '../page.ts';
import { style } from './style.ts';
import { turnHtml } from './turn.ts';

/**
 * Returns a difference as one page that needs nothing else: no script, nothing loaded, and a policy that forbids both. `now` in
 * milliseconds since 1970.
 */
export function diffPage(result: DiffResult, now: number): string {
  const { a, b } = result;
  const one = a.conversation.title === b.conversation.title;
  const titles = one ? [a.conversation.title] : [a.conversation.title, b.conversation.title];
  const body = html`${titles.map((title) => html`<h1>${oneLine(title)}</h1>\n`)}
<p class="sum">${render(sumLine(result), undefined)}</p>
${factsHtml(result, now)}
${baseHtml(result, now)}
<section class="columns">
${rowsOf(result.changes).map((row) => rowHtml(row, now))}
</section>
<footer>convo diff ${a.name} ${b.name}</footer>`;
  return pageHtml({ title: `${oneLine(titles.join(' · '))} · convo diff`, style, body });
}

/** Columns that a path may take. */
const pathColumns = 54;

function factsHtml(result: DiffResult, now: number): Html {
  const head = (side: 'a' | 'b', { name, conversation }: DiffSide) =>
    html`<th scope="col"><span class="side-${side}">${side}</span> <span class="title"><span class="name">${name}</span> <span class="faint">${conversation.tool}</span></span></th>`;
  const cell = (lines: Parameters<typeof lineHtml>[0][]) =>
    html`<td>${lines.length === 0 ? '–' : lines.map((one, at) => [at > 0 ? html`<br>` : undefined, lineHtml(one)])}</td>`;
  const rows = factRows(result, { now, columns: pathColumns }).map(({ name, a, b }) => {
    const alike = JSON.stringify(a) === JSON.stringify(b) ? 'alike' : '';
    return html`<tr class="${name === '' ? 'more' : ''} ${alike}"><th scope="row">${name}</th>${cell(a)}${cell(b)}</tr>\n`;
  });
  return html`<table class="facts"><thead><tr><th scope="row"></th>${head('a', result.a)}${head('b', result.b)}</tr></thead><tbody>
${rows}</tbody></table>`;
}

/** From the middle to the lines of both columns. */
const fork = html`<svg class="fork" viewBox="0 0 38 34" aria-hidden="true"><path class="to-a" d="M19 0 C19 20 1 14 1 34"/><path class="to-b" d="M19 0 C19 20 37 14 37 34"/></svg>`;

function baseHtml(result: DiffResult, now: number): Html {
  const { base } = result;
  if (!base) return html`<p class="apart">${apartText(result)}</p>`;
  const { turn, shared, merged } = base;
  const since = merged === undefined ? undefined : html`<p class="faint">${merged} has merged ${merged === 'a' ? 'b' : 'a'} since</p>`;
  return html`<section class="trunk"><p class="faint">${count(shared, 'turn')} shared · parted after turn ${turn.n}, ${moment(turn.time, now) ?? 'time unknown'}</p><p>${oneLine(turn.subject)}</p>${since}</section>
${fork}`;
}

/** Rows of the columns; turns that are the same stand in both, those that follow one another in one row. */
type Row = SideBySide | TurnChange[];

function rowsOf(changes: readonly TurnChange[]): Row[] {
  const rows: Row[] = [];
  for (const row of sideBySide(changes)) {
    const last = rows.at(-1);
    if (row.a?.change !== 'same') rows.push(row);
    else if (Array.isArray(last)) last.push(row.a);
    else rows.push([row.a]);
  }
  return rows;
}

function rowHtml(row: Row, now: number): Html {
  if (Array.isArray(row)) return sameHtml(row, now);
  const { a, b } = row;
  const left = a ? html`<div class="a ${a.a.role}">${turnHtml(a, a.a, 'a', now)}</div>` : html`<div class="empty"></div>`;
  const right = b ? html`<div class="b ${b.b.role}">${turnHtml(b, b.b, 'b', now)}</div>` : html`<div class="empty"></div>`;
  return html`${left}\n${right}\n`;
}

function sameHtml(rows: readonly TurnChange[], now: number): Html {
  const cards = rows.map((row) => html`<div class="${turnOf(row).role}">${turnHtml(row, turnOf(row), 'b', now)}</div>`);
  const [first] = rows;
  const about =
    first && rows.length === 1 ? `${turnOf(first).n} ${oneLine(subjectOf(turnOf(first)))}` : `${count(rows.length, 'turn')} the same`;
  return html`<div class="both"><details><summary>= ${about}</summary>${cards}</details></div>\n`;
}
