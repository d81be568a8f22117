import { homedir } from 'node:os';
import { join } from 'node:path';

type Environment = NodeJS.ProcessEnv;

/** Where profiles and sessions are kept: `FUSION_CONFIG_DIR`, or where the system wants such files. */
export function configFolder(env: Environment): string {
  const given = env['FUSION_CONFIG_DIR'];
  if (given) return given;
  if (process.platform === 'win32' && env['APPDATA']) return join(env['APPDATA'], 'fusion-platform');
  return join(env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'fusion-platform');
}
