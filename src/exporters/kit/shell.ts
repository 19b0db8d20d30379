const shells = new Set(
  'bash shell local_shell exec_command shell_command container.exec run_shell_command run_terminal_cmd run_command execute_command execute'.split(
    ' ',
  ),
);

/** Returns true for a tool that runs shell commands, whichever client calls it so. */
export const isShell = (name: string): boolean => shells.has(name.toLowerCase());
