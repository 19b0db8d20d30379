/** Returns the text of the record by which Claude Code notes a command as typed: `/name arguments`. */
export function commandRecord(typed: string): string {
  const [, name = '', given = ''] = /^\/(\S+)\s*([\s\S]*)$/.exec(typed) ?? [];
  return `<command-message>${name}</command-message>\n<command-name>/${name}</command-name>\n<command-args>${inside(given, 'command-args')}</command-args>`;
}

/** Returns the text of the record that holds what a command printed. */
export const outputRecord = (text: string, element: string): string => `<${element}>${inside(text, element)}</${element}>`;

/** A text that cannot end the element it stands in. */
const inside = (text: string, element: string): string => text.replaceAll(`</${element}>`, `<\\/${element}>`);
