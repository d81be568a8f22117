import type { CommandDefinition } from '../../command/index.ts';
import { downloadOptions } from '../download-options.ts';

export const download: CommandDefinition = {
  name: 'download',
  summary: 'Download what processes made, or took',
  description:
    'Downloads the last run of a process, or one execution, into PROCESS/[slice]/N_Component/Output_N_name/ with STAC files beside the data. Files that are there already, by size and checksum, are left alone; what broke off is carried on with.',
  platform: true,
  examples: [
    ['fusion-platform download "Elevation of Glasgow"', 'the outputs of its last run, once that has ended'],
    ['fusion-platform download Elevation -i -o -m -t', 'inputs, outputs, intermediate ones, and metrics.csv'],
    ['fusion-platform download ID -c "Statistics Aggregator" --to results', 'of one component, elsewhere'],
    ['fusion-platform download ID --stac', 'the STAC files alone'],
  ],
  configure: (command) => {
    command.argument('<process...>', 'processes by name or id, or executions by id');
    downloadOptions(command);
  },
  load: async () => (await import('./run.ts')).run,
};
