/** What convo calls the verbs of git that it does not have under that name. */
export interface GitVerb {
  message: string;
  /** What to type instead. */
  instead: string;
}

const named = (git: string, does: string, instead: string): GitVerb => ({ message: `convo has no "${git}": ${does}`, instead });
const notYet = (git: string, instead: string): GitVerb => ({ message: `convo cannot ${git} yet`, instead });
const never = (git: string, why: string, instead: string): GitVerb => ({ message: `convo has no "${git}": ${why}`, instead });

/** git's verbs, and a few of other tools, with the answer to each. */
export const gitVerbs: Readonly<Record<string, GitVerb>> = {
  add: named('add', 'import saves all that is new, there is no index', 'convo import'),
  commit: named('commit', 'import commits every finished turn', 'convo import'),
  init: named('init', 'the first import makes the store', 'convo import'),
  checkout: named('checkout', 'switch makes a conversation the current one', 'convo switch <conversation>'),
  use: named('use', 'switch makes a conversation the current one', 'convo switch <conversation>'),
  'cat-file': named('cat-file', 'show prints turns', 'convo show <revision> --full'),
  cat: named('cat', 'show prints turns', 'convo show <revision> --full'),
  annotate: named('annotate', 'blame tells which turn first said a line or changed a file', 'convo blame <text|path>'),
  shortlog: named('shortlog', 'list tells all conversations by project', 'convo list'),
  whatchanged: named('whatchanged', 'log --stat tells the files that each turn changed', 'convo log --stat'),
  'show-branch': named('show-branch', 'log --graph draws all branches', 'convo log --graph'),
  'ls-files': named('ls-files', 'list tells all conversations', 'convo list'),
  fsck: named('fsck', 'verify checks the store', 'convo verify'),
  gc: named('gc', 'convo packs the store by itself', 'convo verify'),
  describe: named('describe', 'status tells where you are', 'convo status'),
  'merge-base': named('merge-base', 'log --merge-base tells where two parted', 'convo log --merge-base <revision> <revision>'),
  reflog: named('reflog', 'op log tells what was done', 'convo op log'),
  difftool: named('difftool', 'diff compares two revisions', 'convo diff <revision> <revision>'),
  grep: notYet('search in texts', 'convo log --grep <text> searches one conversation, convo list --grep <text> all titles'),
  search: notYet('search in texts', 'convo log --grep <text> searches one conversation, convo list --grep <text> all titles'),
  notes: named('notes', 'edit keeps notes on the card of a conversation', 'convo edit <conversation> --notes <text>'),
  rm: notYet('delete a conversation', 'convo list'),
  reset: named('reset', 'undo takes back what the last command did', 'convo undo'),
  restore: never('restore', 'there are no files to restore, only conversations to read', 'convo show <revision>'),
  rebase: never('rebase', 'saved turns are never rewritten', 'convo log --graph'),
  stash: never('stash', 'nothing here is ever unsaved: import keeps unfinished turns too', 'convo status'),
  clean: never('clean', 'convo keeps what the tools delete', 'convo status'),
  mv: named('mv', 'rename gives a conversation another title', 'convo rename <conversation> <title>'),
};
