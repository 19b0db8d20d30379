import { line } from '../ui/line.ts';
import { completionScript, type Shell, shells } from '../ui/text/completion.ts';
import { command } from './command.ts';

const shellOf = (word: string | undefined, env: string | undefined): Shell =>
  shells.find((shell) => shell === word) ?? shells.find((shell) => env?.endsWith(shell)) ?? 'bash';

export const completion = command({
  verb: 'completion',
  summary: 'print a script that completes commands in your shell',
  details: [
    'bash:  eval "$(convo completion bash)"      in ~/.bashrc',
    'zsh:   eval "$(convo completion zsh)"       in ~/.zshrc',
    'fish:  convo completion fish | source       in ~/.config/fish/config.fish',
  ].join('\n'),
  args: [{ name: 'shell', summary: 'bash, zsh or fish; none = the one of $SHELL', choices: shells }],
  flags: {},
  examples: [['eval "$(convo completion bash)"', 'switch it on here']],
  errors: [],
  run: async (context, { args: [shell] }) => ({ shell: shellOf(shell, context.host.env.SHELL) }),
  views: {
    schema: 'convo.completion/1',
    json: ({ shell }) => ({ shell, script: completionScript(shell) }),
    text: ({ shell }) =>
      completionScript(shell)
        .split('\n')
        .map((row) => line(row)),
  },
});
