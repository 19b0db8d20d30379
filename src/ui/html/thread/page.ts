import { count } from '../../../model/count.ts';
import type { AgentThread, Thread } from '../../../model/export/thread.ts';
import { imageType } from '../../../model/image.ts';
import { textViews } from '../../../model/page/text-view.ts';
import type { AttachmentPart, Part, TextPart, Turn } from '../../../model/turn.ts';
import type { GraphNode } from '../../../ops/graph.ts';
import { bytes } from '../../numbers.ts';
import { graphLines } from '../../text/graph.ts';
import { outcome } from '../../text/part.ts';
import { dotted, labelWords, modelName, moment, stopWord, took } from '../../text/words.ts';
import { oneLine } from '../../width.ts';
import { callHtml, clipped } from '../calls.ts';
import { type Html, html, lineHtml } from '../html.ts';
import { pageHtml } from '../page.ts';
import { proseHtml } from '../prose.ts';
import { imagesOf, type PageImages } from './images.ts';
import { style } from './style.ts';

/** What a page shows. */
export interface ThreadPage {
  thread: Thread;
  /** All branches of its conversation, newest first. */
  graph: readonly GraphNode[];
  /** Milliseconds since 1970. */
  now: number;
}

/** Characters of a folded text that stand on the page. */
const most = 40_000;
const folded: ReadonlySet<Part['kind']> = new Set(['thinking', 'output', 'expansion', 'context']);

/**
 * Returns a thread as one page that needs nothing else: no script, nothing loaded, and a policy that forbids both. Images stand in it as data,
 * of the kinds that cannot hold a script; all other files are told in a line, and counted.
 */
export function threadPage({ thread, graph, now }: ThreadPage): { page: string; leftOut: number } {
  const { title, name, turns, agents } = thread;
  const { shown, leftOut } = imagesOf(thread);
  const body = html`<h1>${oneLine(title)}</h1>
<p class="sum">${factsOf(thread, now)}</p>
${mapHtml(graph, now)}
${turns.map((turn) => turnHtml(turn, shown, now))}
${agents.map((agent) => agentHtml(agent, shown, now))}
<footer>convo export ${name} --to html</footer>`;
  return { page: pageHtml({ title: `${oneLine(title)} · convo`, style, body, images: shown.size > 0 }), leftOut };
}

type Shown = PageImages['shown'];

function factsOf({ tool, name, project, turns, tags, ...labels }: Thread, now: number): string {
  const models = [...new Set(turns.flatMap(({ model }) => (model === undefined ? [] : [oneLine(modelName(model))])))];
  const ended = moment(turns.at(-1)?.ended ?? turns.at(-1)?.time, now);
  return dotted([
    `${tool} ${oneLine(name)}`,
    oneLine(project),
    moment(turns[0]?.time, now),
    ended === undefined ? undefined : `to ${ended}`,
    count(turns.length, 'turn'),
    models.join(', '),
    oneLine(labelWords({ tags: [...tags], ...labels })),
    oneLine(labels.intent ?? ''),
  ]);
}

/** How the branches left each other, where there is more than one. */
function mapHtml(graph: readonly GraphNode[], now: number): Html | undefined {
  if (graph.reduce((sum, { tips }) => sum + tips.length, 0) < 2) return undefined;
  const settings = { columns: 110, now, terminal: false, color: false, home: '' };
  const lines = [...graphLines(graph, settings)].map((one) => html`${lineHtml(one)}\n`);
  return html`<details class="map"><summary>Map of the branches</summary><pre>${lines}</pre></details>`;
}

function turnHtml(turn: Turn, shown: Shown, now: number): Html {
  const stop = stopWord(turn.stop);
  const facts = dotted([
    turn.kind,
    turn.edited === undefined ? undefined : 'corrected',
    turn.model === undefined ? undefined : oneLine(modelName(turn.model)),
    moment(turn.time, now),
    turn.role === 'assistant' ? took(turn) : undefined,
  ]);
  const parts = turn.steps.flatMap((step) => step.parts.map((part) => partHtml(part, shown)));
  return html`<article class="turn ${turn.role}"><header><b>${turn.n} ${turn.role}</b><span>${facts}</span>${
    stop === undefined ? undefined : html`<span class="bad">${oneLine(stop)}</span>`
  }</header>${parts.length > 0 ? parts : html`<p class="faint">${turn.kind === 'reverted' ? 'Taken out' : 'Nothing was said'}</p>`}</article>
`;
}

function agentHtml({ id, turns }: AgentThread, shown: Shown, now: number): Html {
  return html`<details class="agent"><summary>Sub-agent ${oneLine(id)} · ${count(turns.length, 'turn')}</summary>${turns.map((turn) => turnHtml(turn, shown, now))}</details>
`;
}

function partHtml(part: Part, shown: Shown): Html | undefined {
  switch (part.kind) {
    case 'tool-call':
      return html`${callHtml(part, undefined, most)}${part.result?.content.map((one) => (one.kind === 'attachment' ? fileHtml(one, shown) : undefined))}`;
    case 'tool-result':
      return html`<p class="faint">Result of a call that is not in this turn · ${outcome(part.result)}</p>`;
    case 'attachment':
      return fileHtml(part, shown);
    case 'unknown':
      return html`<details><summary>${oneLine(part.type) || 'unknown'}</summary><pre>${clipped(JSON.stringify(part.value, null, 2), most)}</pre></details>`;
    default:
      return textHtml(part);
  }
}

function textHtml(part: TextPart): Html | undefined {
  if (part.text.trim() === '') return undefined;
  const { title, lead } = textViews[part.kind];
  if (folded.has(part.kind)) {
    const about = part.label === undefined ? title : `${title} · ${oneLine(part.label)}`;
    return html`<details><summary>${about}</summary><p class="text">${clipped(part.text, most)}</p></details>`;
  }
  if (part.kind === 'command' || part.kind === 'error') return html`<pre>${part.text}</pre>`;
  return html`${lead === '' ? undefined : html`<p class="faint">${lead.replaceAll('*', '').trim()}</p>`}${proseHtml(part.text)}`;
}

function fileHtml(part: AttachmentPart, shown: Shown): Html {
  const { media, name, data } = part;
  const about = dotted([name === undefined ? undefined : oneLine(name), oneLine(media), bytes(data.length)]);
  if (!shown.has(part)) return html`<p class="faint">[${about}]</p>`;
  return html`<img alt="${about}" src="data:${imageType(data)};base64,${Buffer.from(data).toString('base64')}">`;
}
