import type { ErrorCode, ExitCode } from '../errors.ts';
import type { Context } from '../ops/context.ts';
import type { Line } from '../ui/line.ts';
import type { View, ViewSettings } from '../ui/view.ts';

export interface Flag {
  type: 'boolean' | 'string' | 'number';
  /** One letter. */
  short?: string;
  /** Of text: it may be given several times. */
  many?: true;
  /** What the value is called in help: `<date>`. */
  value?: string;
  choices?: readonly string[];
  /** Imperative, no full stop. */
  summary: string;
}

export type Flags = Record<string, Flag>;

export interface Arg {
  name: string;
  summary: string;
  required?: boolean;
  /** Takes all that follow. */
  many?: boolean;
  choices?: readonly string[];
}

type ValueOf<One extends Flag> = One extends { many: true }
  ? readonly string[]
  : One['type'] extends 'boolean'
    ? boolean
    : One['type'] extends 'number'
      ? number
      : string;
/** What was typed, by the names in the table. */
export type Values<Table extends Flags> = { readonly [Name in keyof Table]?: ValueOf<Table[Name]> };

export interface Typed<Table extends Flags = Flags> {
  args: readonly string[];
  flags: Values<Table>;
}

/** What a command shows: JSON under a schema name, or lines, or bytes as they are. */
export interface Views<Result> {
  schema: string;
  json(result: Result): unknown;
  text: View<Result>;
  /** Bytes to write untouched instead of the text; undefined = show the text. */
  bytes?(result: Result): AsyncIterable<Uint8Array> | undefined;
}

export interface CommandTable<Table extends Flags, Result> {
  verb: string;
  aliases?: readonly string[];
  /** Imperative, no full stop. */
  summary: string;
  /** Further sentences of its help. */
  details?: string;
  args: readonly Arg[];
  flags: Table;
  /** A first argument behind which every word is another program's, dashes or not. */
  passes?: string;
  examples: readonly [typed: string, does: string][];
  /** What can go wrong with it besides what every command meets; its exit codes follow from that. */
  errors: readonly ErrorCode[];
  /** Exit codes that are no failure of the command as such: 3, findings of verify. */
  exits?: readonly ExitCode[];
  run(context: Context, typed: Typed<Table>): Promise<Result>;
  views: Views<Result>;
  exit?(result: Result): ExitCode;
  /** What is left to do when the result has been shown and the store is closed; returns the exit code of the whole. */
  after?(context: Context, result: Result, typed: Typed<Table>): Promise<number>;
  /** Long output goes through the pager. */
  paged?: boolean;
}

/** A command whose types of flags and result only its own file knows. */
export interface Command extends Omit<CommandTable<Flags, unknown>, 'run' | 'views' | 'exit' | 'after'> {
  execute(context: Context, typed: Typed): Promise<Outcome>;
}

export interface Outcome {
  exit: ExitCode;
  schema: string;
  json(): unknown;
  text(settings: ViewSettings): Iterable<Line>;
  bytes: AsyncIterable<Uint8Array> | undefined;
  after?(): Promise<number>;
}

/** Returns the command of a table: the one place where its types are tied together. */
export function command<const Table extends Flags, Result>(table: CommandTable<Table, Result>): Command {
  const { run, views, exit, after, ...data } = table;
  return {
    ...data,
    async execute(context, typed) {
      const result = await run(context, typed as Typed<Table>);
      return {
        exit: exit?.(result) ?? 0,
        schema: views.schema,
        json: () => views.json(result),
        text: (settings) => views.text(result, settings),
        bytes: views.bytes?.(result),
        ...(after ? { after: () => after(context, result, typed as Typed<Table>) } : {}),
      };
    },
  };
}
