import { openFence } from '../../model/page/print-block.ts';
import { type Html, html } from './html.ts';

/** A fence of markdown, with what stands behind it. */
const fence = /^ {0,3}(`{3,}|~{3,})(.*)$/;

/**
 * Returns a text as one reads it: code between fences as code, headings, inline code and bold words as such, and everything else as it stands.
 * No link is made of anything.
 */
export function proseHtml(text: string): Html {
  const blocks: Html[] = [];
  let rows: string[] = [];
  let code: string[] | undefined;
  let closing = '';
  const close = () => {
    const said = rows.join('\n').replace(/^\n+|\n+$/g, '');
    if (said !== '') blocks.push(html`<p class="text">${inline(said)}</p>`);
    rows = [];
  };
  for (const row of `${text}\n${openFence(text)}`.split(/\r?\n/)) {
    const mark = fence.exec(row);
    if (code) {
      const ends = mark?.[1]?.startsWith(closing) && mark[2]?.trim() === '';
      if (!ends) code.push(row);
      else {
        blocks.push(html`<pre>${code.join('\n')}</pre>`);
        code = undefined;
      }
    } else if (mark?.[1] && !(mark[1].startsWith('`') && mark[2]?.includes('`'))) {
      close();
      closing = mark[1];
      code = [];
    } else if (/^ {0,3}#{1,6} /.test(row)) {
      close();
      blocks.push(html`<h3>${inline(row.replace(/^ *#+ +/, '').replace(/ +#* *$/, ''))}</h3>`);
    } else if (row.trim() === '') close();
    else rows.push(row);
  }
  close();
  if (code) blocks.push(html`<pre>${code.join('\n')}</pre>`);
  return html`${blocks}`;
}

function inline(text: string): Html {
  const pieces = text.split(/(`[^`\n]+`|\*\*[^*\s](?:[^*\n]*[^*\s])?\*\*)/);
  return html`${pieces.map((piece, at) => {
    if (at % 2 === 0) return piece;
    return piece.startsWith('`') ? html`<code>${piece.slice(1, -1)}</code>` : html`<b>${piece.slice(2, -2)}</b>`;
  })}`;
}
