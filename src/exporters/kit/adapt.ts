import { sizeText } from '../../model/page/draft.ts';
import type { AttachmentPart, Part, Step, ToolCallPart, ToolResult, Turn, UnknownPart } from '../../model/turn.ts';
import { componentOf } from './count-exact.ts';
import type { Tally } from './tally.ts';
import { wellFormed, wellFormedJson } from './well-formed.ts';

/** What a tool can hold, where it is not as the thread has it. */
export interface Form {
  /** The tool's name as people write it. */
  title: string;
  /** A call as the tool and its model know it; why, where it is another one. The name need not be valid yet. */
  callOf(part: ToolCallPart, foreign: boolean): { name: string; input: ToolCallPart['input'] };
  /** Returns a name that the service takes. */
  nameOf(name: string): string;
  /** Its own harness's words may stand in turns that are built anew. */
  keepsContext: boolean;
  /** Media types of attachments that it takes. */
  media: ReadonlySet<string>;
}

/** Calls so far, so that no id stands twice in a conversation. */
export type CallIds = Set<string>;

/** What stands for a result that was never recorded, and why. */
export const statedResult: ToolResult = {
  status: 'failed',
  content: [{ kind: 'text', text: 'No result was recorded: the call was interrupted.' }],
};
export const stating = 'none was recorded; one is stated, since the service refuses a call without';

const limit = 200_000;

/**
 * Returns the parts of a turn that a tool can hold, built anew: no thinking, every call with its result, no empty text, valid names and ids,
 * nothing of the harness that another tool put there. Counts what becomes of each.
 */
export function adaptSteps(turn: Turn, foreign: boolean, form: Form, ids: CallIds, tally: Tally): Step[] {
  const renamed = new Map<string, string>();
  const one = (part: Part): Part[] => {
    const component = componentOf(part, turn);
    switch (part.kind) {
      case 'thinking':
        tally.add(component, 'dropped', 'what a model thought is signed for the message as it was');
        return [];
      case 'error':
        tally.add(component, 'dropped', 'a failure is shown to the person alone');
        return [];
      case 'unknown':
        tally.add(component, 'dropped', `${form.title} has no place for it`);
        return [];
      case 'context':
        if ((form.keepsContext && !foreign) || turn.kind === 'notice') return textPart(part);
        tally.add(component, 'dropped', `${form.title} tells its model about its own surroundings`);
        return [];
      case 'attachment':
        return [attachment(part)];
      case 'tool-call':
        return [call(part)];
      case 'tool-result':
        tally.add(component, 'flattened', 'its call is not in the turn');
        return [{ kind: 'expansion', text: `Result of an earlier call:\n${flat(part.result.content)}` }];
      default:
        return textPart(part);
    }
  };
  const textPart = (part: Exclude<Part, { kind: 'attachment' | 'tool-call' | 'tool-result' | 'unknown' }>): Part[] => {
    const text = wellFormed(part.text);
    if (text.trim() === '') return [];
    tally.add(componentOf(part, turn), 'converted', `as ${form.title} writes it`);
    return [{ ...part, text, ...(part.call === undefined ? {} : { call: renamed.get(part.call) ?? part.call }) }];
  };
  const attachment = (part: AttachmentPart): Part => {
    if (form.media.has(part.media)) {
      tally.add('images', 'converted', `as ${form.title} writes it`);
      return { kind: 'attachment', media: part.media, data: part.data };
    }
    tally.add('images', 'flattened', `${form.title} takes no such file`);
    return { kind: 'text', text: noteOf(part) };
  };
  const call = (part: ToolCallPart): ToolCallPart => {
    const id = freeId(part.call, ids);
    renamed.set(part.call, id);
    const { name, input } = form.callOf(part, foreign);
    tally.add('tool calls', 'converted', name === part.name ? `as ${form.title} writes it` : `${form.title} knows it by another name`);
    if (part.agents) tally.add('sub-agents', 'dropped', 'their result stands in the call', part.agents.length);
    return {
      kind: 'tool-call',
      call: id,
      name: form.nameOf(wellFormed(name)),
      input: wellFormedJson(input),
      result: resultOf(part.result),
    };
  };
  const resultOf = (result: ToolResult | undefined): ToolResult => {
    if (result) tally.add('results', 'converted', `as ${form.title} writes it`);
    else tally.add('results', 'converted', stating);
    if (!result) return statedResult;
    const content = result.content.flatMap((item): ToolResult['content'] => {
      if (item.kind === 'attachment') return [attachment(item) as ToolResult['content'][number]];
      const text = item.kind === 'text' ? wellFormed(item.text) : flat([item]);
      return text.trim() === '' ? [] : [{ kind: 'text', text }];
    });
    return { status: result.status, content };
  };
  return turn.steps.map(({ parts }) => ({ parts: parts.flatMap(one) }));
}

/** Returns an id that the services take and that no call has yet. */
function freeId(call: string, ids: CallIds): string {
  const base = call.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 56) || 'call';
  let id = base;
  for (let count = 2; ids.has(id); count += 1) id = `${base}_${count}`;
  ids.add(id);
  return id;
}

/** Returns a note that stands in the place of a turn of which nothing can be said again, so that every turn of the thread has its place. */
export function placeholder({ role, kind }: Turn): Step[] {
  const note =
    kind === 'reverted'
      ? '(A turn was taken back here.)'
      : kind === 'compaction'
        ? '(The conversation was compacted here; the summary cannot be read.)'
        : `(No ${role === 'user' ? 'prompt' : 'answer'} that can be told again.)`;
  return [{ parts: [{ kind: 'text', text: note }] }];
}

/** Why a note stands in the place of a turn. */
export const unsayable = 'nothing in it can be said again; a note stands in its place';

/** Returns a name of a tool that both services take: letters, digits, `_` and `-`, at most 64. */
export const plainName = (name: string): string => name.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 64) || 'tool';

const noteOf = ({ media, name, data }: AttachmentPart): string =>
  `[${wellFormed(name ?? 'a file')}, ${wellFormed(media)}, ${sizeText(data.length)}: not carried over]`;

const flat = (content: (ToolResult['content'][number] | UnknownPart)[]): string =>
  content
    .map((item) =>
      item.kind === 'text'
        ? wellFormed(item.text)
        : item.kind === 'attachment'
          ? noteOf(item)
          : wellFormed(JSON.stringify(item.value)).slice(0, limit),
    )
    .join('\n');
