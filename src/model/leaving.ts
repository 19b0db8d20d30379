/** Which conversations are meant: `tool:codex`, `project:example.com/app`, `tag:work`. */
export interface Selector {
  by: 'tool' | 'project' | 'tag';
  value: string;
}

/** What leaves this machine for a remote: one of `only` (none = everything), but none of `except`. */
export interface Leaving {
  only: readonly Selector[];
  except: readonly Selector[];
}

const form = /^(tool|project|tag):([^\s,:][^,]{0,199})$/;

/** Returns the selectors of a list with commas, undefined when one of them has another form; '' is no selector. */
export function parseSelectors(text: string): Selector[] | undefined {
  const selectors: Selector[] = [];
  for (const part of text.split(',').map((one) => one.trim())) {
    if (part === '' && text.trim() === '') continue;
    const [, by, value] = form.exec(part) ?? [];
    if (!by || !value) return undefined;
    selectors.push({ by: by as Selector['by'], value: value.trim() });
  }
  return selectors;
}

/** Returns selectors as they are typed. */
export const printSelectors = (selectors: readonly Selector[]): string => selectors.map(({ by, value }) => `${by}:${value}`).join(',');

/** What a selector looks at. A project also means all below it: `example.com/team` takes in `example.com/team/app`. */
export interface Leaver {
  tool: string;
  project: string;
  tags: readonly string[];
}

const selects = ({ by, value }: Selector, { tool, project, tags }: Leaver): boolean =>
  by === 'tool' ? tool === value : by === 'tag' ? tags.includes(value) : project === value || project.startsWith(`${value}/`);

/** Tells whether a conversation leaves this machine. */
export function leaves({ only, except }: Leaving, conversation: Leaver): boolean {
  if (except.some((selector) => selects(selector, conversation))) return false;
  return only.length === 0 || only.some((selector) => selects(selector, conversation));
}
