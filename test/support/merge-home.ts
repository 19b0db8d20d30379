import { Transcript, uuidOf } from './claude-code.ts';
import { gitOf } from './told-store.ts';

export const path = '.claude/projects/-w-lines/5e551000-0000-4000-8000-000000000000.jsonl';

/** Adds a call with its result. */
function called(t: Transcript, name: string, input: Record<string, string>, failed = false): void {
  const id = `toolu_${t.lines.length}`;
  t.calls(id, name, input);
  t.user([{ type: 'tool_result', tool_use_id: id, content: failed ? 'Exit code 1' : 'fine', ...(failed ? { is_error: true } : {}) }]);
}

const edit = (file: string, before: string, after: string) => ({ file_path: file, old_string: before, new_string: after });

/** Three exchanges, and a rewind behind the second (the first, where nothing clashes); with `clash` both change a file and end otherwise. */
export function forked(clash = false): Transcript {
  const t = new Transcript();
  t.user('One', { uuid: uuidOf(101) });
  t.says('To one');
  const first = t.last;
  t.user('Two');
  if (clash) called(t, 'Edit', edit('src/shared.ts', '', 'one'));
  if (clash) called(t, 'Bash', { command: 'npm test' });
  t.says('To two');
  const second = t.last;
  t.user('Three');
  if (clash) called(t, 'Edit', edit('src/shared.ts', 'one', 'two'));
  if (clash) called(t, 'Bash', { command: 'npm test' }, true);
  t.says('To three');
  t.user('Other', { parentUuid: clash ? second : first });
  called(t, 'Edit', edit(clash ? 'src/shared.ts' : 'src/other.ts', clash ? 'one' : '', clash ? 'one\ntwo' : 'new'));
  called(t, 'Bash', { command: 'cd /w/lines && npm test 2>&1 | tail -3' });
  t.says('To other. Shall I go on?');
  return t;
}

/** Returns the uuid of the record with these words: what the tool goes on from. */
export function tipOf({ lines }: Transcript, words: string): string {
  const line = lines.find((one) => one.includes(`"${words}"`));
  if (line === undefined) throw new Error(`no record says ${words}`);
  return (JSON.parse(line) as { uuid: string }).uuid;
}

/** Returns the ids of all turns that any commit of a turn branch brought, sorted. */
export function turnIds(gitdir: string): string[] {
  const told = gitOf(gitdir, 'log', '--glob=refs/heads/claude-code', '--format=%(trailers:key=Convo-Turn,valueonly)');
  return [...new Set(told.split('\n').filter(Boolean))].sort();
}
