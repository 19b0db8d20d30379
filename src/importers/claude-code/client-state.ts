/**
 * Attachments by which the client notes its own state, most of them anew in every session (seen in 2.1.197 and 2.1.329). Their
 * content stays in raw alone; the records stay in the chain and in the records line, as in every fork. Other types are what a
 * person gave or set up (files, hooks, instructions, queued prompts, plan mode) or a reminder, and are on the page.
 */
const clientState: ReadonlySet<string> = new Set([
  'prompt_snapshot', // the maker's system prompt and tool definitions, up to 70 KB each time
  'environment', // system, shell and folder; the card has the folder
  'model', // the model's own name; the turn has it
  'session_context', // settings of the session
  'remote_session_change', // the lines by which the client signs commits
  'date', // the day; the turn has its time
  'date_change', // the same, at midnight
  'auto_mode', // the permission mode, like the `permission-mode` records
  'agent_listing_delta', // agents on offer
  'skill_listing', // skills on offer
  'deferred_tools_delta', // tools on offer
]);

/** Returns true for the type of an attachment that holds the client's own state. */
export const isClientState = (type: string): boolean => clientState.has(type);
