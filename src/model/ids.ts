declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Permanent kebab-case name of an AI tool, as it stands in refs and frontmatter: `claude-code`, `codex`. */
export type ToolId = Branded<'ToolId'>;
/** First 10 (16 on a clash) characters of H(tool, origin). */
export type ConversationId = Branded<'ConversationId'>;
/** First 12 characters of H("turn", tool, native id, role). */
export type TurnId = Branded<'TurnId'>;
