import { type ErrorRow, exitCodes, row } from './error-row.ts';
import { count } from './model/count.ts';
import { shellWord } from './model/shell-word.ts';

const emptyHints: Readonly<Record<string, string>> = {
  amend: 'convo revert takes a turn out',
  context: 'convo context without --summarize shows what the program was given',
};

/** What can go wrong with what people make: branches, merges, labels, and taking them back. */
export const branchErrors = {
  'bad-branch-name': row(
    exitCodes.usage,
    (d) => `"${d.name}" cannot be the name of a branch: ${d.fault}`,
    (d) => `convo ${d.instead}`,
  ),
  'branch-exists': row(
    exitCodes.failed,
    (d) => `Conversation ${d.conversation} has a branch "${d.name}" already`,
    (d) => `convo branch -l ${d.conversation}`,
  ),
  'branch-was-deleted': row(
    exitCodes.failed,
    (d) => `Conversation ${d.conversation} had a branch "${d.name}": a deleted name is given to no other line`,
    (d) => `convo branch ${d.name}-2, or convo undo where it was deleted last`,
  ),
  'unmerged-branch': row(
    exitCodes.failed,
    (d) => `Branch "${d.branch}" of ${d.conversation} has ${d.turns === 1 ? '1 turn' : `${d.turns} turns`} that no other branch has`,
    (d) => `convo branch -D ${shellWord(`${d.conversation}/${d.branch}`)} deletes it all the same; convo undo would bring it back`,
  ),
  'last-branch': row(
    exitCodes.failed,
    (d) => `"${d.branch}" is the only branch of ${d.conversation}`,
    () => 'convo undo takes back an import',
  ),
  'merge-in-progress': row(
    exitCodes.failed,
    (d) => `A merge of ${d.from} into ${d.into} has stopped at conflicts`,
    () => 'convo merge --continue --ours (or --theirs, --both), or convo merge --abort',
  ),
  'no-merge': row(
    exitCodes.failed,
    () => 'No merge is in progress',
    () => 'convo merge <revision>',
  ),
  'merge-outdated': row(
    exitCodes.failed,
    (d) => `${d.from} or ${d.into} has changed since the merge stopped`,
    () => 'convo merge --abort, then merge again',
  ),
  'conflicts-open': row(
    exitCodes.conflicts,
    (d) =>
      `${d.conflicts === 1 ? '1 conflict' : `${d.conflicts} conflicts`} between ${d.into} and ${d.from} ${d.conflicts === 1 ? 'is' : 'are'} not resolved`,
    () => 'convo merge --continue --ours, --theirs or --both; or --edit to write down what holds',
  ),
  'nothing-to-undo': row(
    exitCodes.failed,
    (d) =>
      d.daysKept ? `There is nothing further to undo: what was done more than ${d.daysKept} days ago stays` : 'There is nothing to undo',
    () => 'convo op log',
  ),
  'nothing-to-redo': row(
    exitCodes.failed,
    (d) =>
      d.daysKept
        ? `There is nothing to redo: what was done more than ${d.daysKept} days ago stays undone`
        : 'There is nothing to redo: the last thing done to the store was no undo',
    () => 'convo op log',
  ),
  'already-undone': row(
    exitCodes.failed,
    (d) => `"${d.sentence}" is undone already`,
    () => 'convo redo',
  ),
  'undo-in-the-way': row(
    exitCodes.failed,
    (d) =>
      `"${d.sentence}" cannot be set back: ${d.by ? `"${d.bySentence}" (${d.by}) changed ${d.what} later` : `another program changed ${d.what} since`}`,
    (d) => (d.by ? `convo undo ${d.by} sets that back first` : 'convo verify'),
  ),
  'unknown-operation': row(
    exitCodes.failed,
    (d) =>
      d.several
        ? `Several operations begin with "${d.operation}"`
        : d.operation
          ? `No operation is called "${d.operation}"`
          : 'Nothing was done to this store yet',
    () => 'convo op log',
  ),
  'no-merge-base': row(
    exitCodes.failed,
    (d) => `${d.a} and ${d.b} have no turn in common`,
    (d) => `convo diff ${shellWord(String(d.a))} ${shellWord(String(d.b))} compares them all the same`,
  ),
  'nothing-to-pick': row(
    exitCodes.failed,
    (d) => `${d.revisions} names no turn that says something`,
    () => 'convo log',
  ),
  'turn-stands': row(
    exitCodes.failed,
    (d) => `Turn ${d.turn} stands on ${d.branch} already`,
    (d) => `convo log ${shellWord(`${d.conversation}/${d.branch}`)}`,
  ),
  'no-editor': row(
    exitCodes.failed,
    () => 'There is no terminal to open an editor in',
    () => 'Set EDITOR, or give the text itself: convo amend -m, convo edit --notes',
  ),
  'empty-text': row(
    exitCodes.failed,
    () => 'The text is empty: nothing was changed',
    (d) => emptyHints[String(d.verb)] ?? 'convo merge --dry-run shows the text',
  ),
  'path-taken': row(
    exitCodes.failed,
    (d) => `There is ${d.what} at ${d.path} already`,
    (d) =>
      d.what === 'a link' ? 'convo writes through no link: give it another path' : `Give it another path${d.kept ? '' : ', or --force'}`,
  ),
  'bad-export': row(
    exitCodes.failed,
    (d) => `This export cannot be imported: ${d.reason}`,
    () => 'Export it again: convo export <revision> --to json -o <file>',
  ),
  'nothing-to-export': row(
    exitCodes.failed,
    (d) => `Nothing of ${d.conversation} is finished yet: there is no turn to export`,
    () => 'convo import --close takes turns in progress as finished',
  ),
  'budget-too-small': row(
    exitCodes.usage,
    (d) => `${count(Number(d.budget), 'token')} are too few to tell even what is handed over`,
    (d) => `convo context ${d.revisions === '' ? '' : `${d.revisions} `}--budget ${Math.max(2000, Number(d.budget) * 2)}`,
  ),
  'unknown-tag': row(
    exitCodes.failed,
    (d) => `Conversation ${d.conversation} has no tag "${d.tag}"${d.near ? `. Did you mean "${d.near}"?` : ''}`,
    (d) => `convo tag ${d.conversation}`,
  ),
  'bad-card-text': row(
    exitCodes.failed,
    (d) => `The card of ${d.conversation} was not saved: ${d.reason}`,
    (d) => `convo edit ${d.conversation} opens your text again`,
  ),
  'program-failed': row(
    exitCodes.failed,
    (d) => `"${d.command}" failed: ${d.reason}; nothing was changed`,
    () => 'A command is a program and its arguments; for a shell: sh -c "..."',
  ),
} satisfies Record<string, ErrorRow>;
