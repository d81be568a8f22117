import type { CommandDefinition, GroupDefinition } from '../../command/index.ts';

const make: CommandDefinition = {
  name: 'make',
  summary: 'Write the receipt of a run',
  description:
    'Writes one archive: inputs and outputs with checksums, options, versions of services, logs, metrics, reasons, cost, provenance (PROV) and STAC. `receipt ID` is short for `receipt make ID`.',
  platform: true,
  examples: [
    ['fusion-platform receipt "Elevation of Glasgow"', 'of the last run of a process'],
    ['fusion-platform receipt ID --no-data --to glasgow.receipt.tar.gz', 'with checksums of the files alone'],
  ],
  configure: (command) =>
    void command
      .argument('<execution or process>', 'an execution by id, or a process by name or id: its last run')
      .option('--no-data', 'leave the files out; their checksums stay')
      .option('--to <file>', 'where to (default: NAME.receipt.tar.gz)'),
  load: async () => (await import('./make.ts')).run,
};

const verify: CommandDefinition = {
  name: 'verify',
  summary: 'Check a receipt, without a platform',
  platform: false,
  examples: [['fusion-platform receipt verify glasgow.receipt.tar.gz', 'every member against its checksum']],
  configure: (command) => void command.argument('<file...>', 'receipts'),
  load: async () => (await import('./verify.ts')).run,
};

const rerun: CommandDefinition = {
  name: 'rerun',
  summary: 'Run what a receipt tells of again',
  description:
    'Checks the receipt, uploads its inputs, and starts a process of the same service with the same options. Says so where the platform has another version of the service.',
  platform: true,
  examples: [
    ['fusion-platform receipt rerun glasgow.receipt.tar.gz --watch', 'on the platform of the profile'],
  ],
  configure: (command) =>
    void command
      .argument('<file>', 'a receipt with data')
      .option('--name <name>', 'what to call the process')
      .option('--watch', 'look on until it has ended'),
  load: async () => (await import('./rerun.ts')).run,
};

const diff: CommandDefinition = {
  name: 'diff',
  summary: 'Say what differs between two receipts',
  description:
    'Options, versions, inputs and outputs; of rasters how many pixels differ and by how much. Ends with 0 when nothing differs, with 3 when something does.',
  platform: false,
  examples: [['fusion-platform receipt diff before.tar.gz after.tar.gz', 'needs no platform']],
  configure: (command) => void command.argument('<a>', 'a receipt').argument('<b>', 'another'),
  load: async () => (await import('./diff.ts')).run,
};

export const receipt: GroupDefinition = {
  name: 'receipt',
  summary: 'Keep, check, repeat and compare what a run was',
  commands: [make, verify, rerun, diff],
  otherwise: 'make',
};
