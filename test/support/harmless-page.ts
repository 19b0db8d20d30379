import assert from 'node:assert/strict';

const names =
  'html|head|meta|title|style|body|main|h1|h3|p|table|thead|tbody|tr|th|td|br|span|b|code|pre|section|svg|path|div|article|header|footer|details|summary|del|ins';
const attributes = 'lang|charset|http-equiv|name|content|class|scope|title|viewBox|aria-hidden|d';
const image = 'img alt="[^"<>]*" src="data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+"';
const tag = new RegExp(`^<(?:!doctype html|${image}|/(?:${names})|(?:${names})(?: (?:${attributes})="[^"<>]*")*/?)>$`);
const entity = /^&(?:amp|lt|gt|quot|#39);/;
const forbidden =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\u{e0000}-\u{e007f}\ud800-\udfff]/u;

/** Throws unless a page holds no tag, attribute or entity but those of its own templates. */
export function assertHarmless(page: string): void {
  const body = page.replace(/<style>[^<]*<\/style>/, '');
  for (const [one] of body.matchAll(/<[^>]*>?/g)) assert.match(one, tag);
  for (const match of body.matchAll(/&.{0,6}/gs)) assert.match(match[0], entity);
  assert.ok(!forbidden.test(page), 'nothing that deceives the eye');
  for (const [one] of body.matchAll(/<[^>]*>/g))
    assert.doesNotMatch(one, /<script|<link|<iframe|\son\w+=|\sstyle=|\shref=|\ssrc=(?!"data:image)/i);
  assert.doesNotMatch(page.match(/<style>[^<]*<\/style>/)?.[0] ?? '', /@import|url\(/i);
}
