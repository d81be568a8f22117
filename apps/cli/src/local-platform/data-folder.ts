import { resolve } from 'node:path';

/** Where a platform on this machine keeps its data: as an option says, or FUSION_DATA, or the platform's own default. */
export const dataFolder = (option: string | undefined, env: NodeJS.ProcessEnv): string =>
  resolve(option ?? (env['FUSION_DATA'] || '.fusion/platform'));
