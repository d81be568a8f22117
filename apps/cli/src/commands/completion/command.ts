import type { CommandDefinition } from '../../command/index.ts';

export const completion: CommandDefinition = {
  name: 'completion',
  summary: 'Print what makes a shell complete commands, options and names',
  platform: false,
  examples: [
    ['source <(fusion-platform completion bash)', 'in ~/.bashrc'],
    ['source <(fusion-platform completion zsh)', 'in ~/.zshrc'],
    ['fusion-platform completion fish > ~/.config/fish/completions/fusion-platform.fish', 'once'],
    ['fusion-platform completion powershell | Out-String | Invoke-Expression', 'in $PROFILE'],
  ],
  configure: (command) => void command.argument('<shell>', 'bash, zsh, fish or powershell'),
  load: async () => (await import('./run.ts')).run,
};

/** What the shells ask; not for people. */
export const complete: CommandDefinition = {
  name: '__complete',
  summary: 'Print the completions of a command line',
  hidden: true,
  platform: true,
  examples: [['fusion-platform __complete -- watch El', 'a candidate a line']],
  configure: (command) => void command.argument('[words...]', 'the words so far, the last one unfinished'),
  load: async () => (await import('./complete.ts')).run,
};
