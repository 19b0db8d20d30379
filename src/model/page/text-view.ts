import type { TextPart } from '../turn.ts';

/** How a kind of text stands on the page. */
export interface TextView {
  /** In <details>, under `title`. */
  folded: boolean;
  title: string;
  /** Between fences with this language; absent = as markdown. */
  lang?: string;
  /** Stands before an open text, to say who speaks. */
  lead: string;
}

export const textViews: Record<TextPart['kind'], TextView> = {
  text: { folded: false, title: '', lead: '' },
  prompt: { folded: false, title: '', lead: '**User, while it worked:**\n\n' },
  remark: { folded: false, title: '', lead: '**User, when asked for permission:**\n\n' },
  command: { folded: false, title: '', lang: 'sh', lead: '' },
  error: { folded: false, title: '', lang: 'text', lead: '**Error:**\n\n' },
  thinking: { folded: true, title: 'Thinking', lead: '' },
  output: { folded: true, title: 'Output', lang: 'text', lead: '' },
  expansion: { folded: true, title: 'Expanded to', lang: 'markdown', lead: '' },
  context: { folded: true, title: 'Context', lang: 'text', lead: '' },
};
