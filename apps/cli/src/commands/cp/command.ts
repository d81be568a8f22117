import type { CommandDefinition } from '../../command/index.ts';

export const cp: CommandDefinition = {
  name: 'cp',
  summary: 'Copy a process under another name, changed if wanted',
  platform: true,
  examples: [
    ['fusion-platform cp "Elevation of Glasgow" "Finer" -p resolution=10', 'with another option'],
    ['fusion-platform cp Finer "Finer, Leeds" -l leeds.geojson --start', 'of another region, and started'],
  ],
  configure: (command) =>
    void command
      .argument('<process>', 'a process by name or id')
      .argument('<name>', 'what to call the copy')
      .option('-l, --input-list [inputs...]', 'inputs in order: files to upload, or names or ids of data')
      .option('-p, --options [options...]', 'options as NAME=VALUE')
      .option('--start', 'start it'),
  load: async () => (await import('./run.ts')).run,
};
