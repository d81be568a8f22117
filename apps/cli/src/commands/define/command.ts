import type { CommandDefinition } from '../../command/index.ts';

export const define: CommandDefinition = {
  name: 'define',
  summary: 'Write the YAML file of a process, for `start`',
  description:
    'Writes PROCESS.yml into the current folder. `start` of this command and of the Python command read it.',
  platform: true,
  examples: [
    ['fusion-platform define "Elevation of Glasgow"', 'with the names of its inputs'],
    [
      'fusion-platform define Elevation --inputs --storage',
      'with files of its inputs and of what services keep',
    ],
    ['fusion-platform define Elevation --stdout', 'prints it'],
  ],
  configure: (command) =>
    void command
      .argument('<process...>', 'processes by name or id, or executions by id')
      .option('-i, --inputs', 'download the inputs, and name the files')
      .option('-s, --storage', 'download what services keep from run to run, and name the files')
      .option('--stdout', 'print the YAML instead of writing a file'),
  load: async () => (await import('./run.ts')).run,
};
