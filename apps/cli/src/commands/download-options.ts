import type { Command } from 'commander';

/** What `start --download` and `download` have in common. */
export interface DownloadChoices {
  readonly inputs?: boolean;
  readonly outputs?: boolean;
  readonly storage?: boolean;
  readonly intermediate?: boolean;
  readonly metrics?: boolean;
  readonly component?: readonly string[] | boolean;
  readonly stac?: boolean;
  readonly remove?: boolean;
  /** False with `-n`. */
  readonly waitForCompletion?: boolean;
  readonly to?: string;
  readonly parallel?: number;
}

export function downloadOptions(command: Command): void {
  command
    .optionsGroup('What to download:')
    .option('-i, --inputs', 'inputs')
    .option('-o, --outputs', 'outputs (the default)')
    .option('-s, --storage', 'what services keep from run to run')
    .option('-m, --intermediate', 'of intermediate components too')
    .option('-c, --component [names...]', 'of these components alone, by their exact names')
    .option('-a, --stac', 'STAC files alone, without the data')
    .option('-t, --metrics', 'write metrics.csv')
    .option('-n, --no-wait-for-completion', 'do not wait until it has ended')
    .option('-r, --remove', 'then remove the process and its inputs from the platform')
    .option('--to <folder>', 'where to (default: the current folder)')
    .option('--parallel <files>', 'how many files at once (default: 4)', Number);
}
