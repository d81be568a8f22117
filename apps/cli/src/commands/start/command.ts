import type { CommandDefinition } from '../../command/index.ts';
import { downloadOptions } from '../download-options.ts';

export const start: CommandDefinition = {
  name: 'start',
  summary: 'Start a process from a service or a YAML file',
  description:
    'Creates a process and starts it. On a terminal, what is missing is asked for: the service, its inputs and its options.',
  platform: true,
  examples: [
    ['fusion-platform start', 'picks a service and asks for all that it needs'],
    ['fusion-platform start Elevation -l glasgow.geojson -d', 'uploads a region, runs, waits and downloads'],
    [
      'fusion-platform start Elevation -l Glasgow -p contours=true --watch',
      'uses data that is there, and looks on',
    ],
    ['fusion-platform start weekly.yml nightly.yml', 'starts what files define; `define` writes such files'],
    [
      'fusion-platform start Elevation -l a.geojson --quiet | xargs fusion-platform watch',
      'prints the id alone',
    ],
  ],
  configure: (command) => {
    command
      .argument('[service or file...]', 'services by name (starts with), id or SSD id, or .yml files')
      .optionsGroup('What to start:')
      .option('-l, --input-list [inputs...]', 'inputs in order: files to upload, or names or ids of data')
      .option('-p, --options [options...]', 'options as NAME=VALUE')
      .option('--name <name>', 'what to call the process (default: the service and the time)')
      .option('--max-price <credits>', 'create it, but do not start it when it costs more', Number)
      .option('--no-execute', 'create it without starting it')
      .option('-w, --wait-for-start', 'wait until its executions have started')
      .option('--watch', 'look on until it has ended')
      .option('-d, --download', 'download when it has ended');
    downloadOptions(command);
  },
  load: async () => (await import('./run.ts')).run,
};
