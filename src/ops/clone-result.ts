export interface CloneInput {
  url: string;
  /** What the remote is called from now on. */
  name: string;
  /** The source records come too. */
  raw: boolean;
  /** The catalogue alone; each conversation when it is first asked for. */
  lazy: boolean;
  prefix?: string;
}

export interface CloneResult {
  /** Folder of the new store. */
  store: string;
  name: string;
  url: string;
  conversations: number;
  branches: number;
  /** Conversations of which only the card came. */
  absent: number;
  /** Refs that did not come in, each with its reason. */
  refused: { ref: string; reason: string }[];
}
