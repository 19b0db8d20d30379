/** `convo --get-completions <words>`: what the scripts ask. */
export const completionFlag = '--get-completions';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

// Each script asks convo itself, so that it never grows stale; the words typed so far go with it.
const scripts: Record<Shell, string> = {
  bash: `_convo() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$(convo --get-completions "\${COMP_WORDS[@]}" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o bashdefault -o default -F _convo convo`,
  zsh: `#compdef convo
_convo() {
  local -a replies
  replies=(\${(f)"$(convo --get-completions "\${words[@]}" 2>/dev/null)"})
  if (( \${#replies} )); then compadd -a replies; else _files; fi
}
compdef _convo convo`,
  fish: `complete -c convo -a '(convo --get-completions (commandline -opc) (commandline -ct) 2>/dev/null)'`,
};

/** Returns the script that makes a shell complete convo's commands. */
export function completionScript(shell: Shell): string {
  return scripts[shell];
}
