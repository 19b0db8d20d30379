import { base64Hash } from '../../model/hash.ts';
import { type Html, html } from './html.ts';

/** What a page is made of. */
export interface Page {
  title: string;
  style: string;
  body: Html;
  /** Images stand in it as data. */
  images?: boolean;
}

/** Returns a whole page: without scripts, with its one style sheet, and a policy that allows nothing but that and what stands in it. */
export function pageHtml({ title, style, body, images = false }: Page): string {
  const loads = `style-src 'sha256-${base64Hash(style)}'${images ? '; img-src data:' : ''}`;
  const policy = `default-src 'none'; ${loads}; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
${{ markup: `<style>${style}</style>` }}
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`.markup;
}
