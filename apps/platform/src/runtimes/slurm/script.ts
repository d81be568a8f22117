import { realpathSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const fromSources = import.meta.url.endsWith('.ts');
const agent = fileURLToPath(new URL(`agent-main.${fromSources ? 'ts' : 'js'}`, import.meta.url));

/** The script of a job: the platform's own Node, with the agent. The platform's folder is shared with the nodes. */
export async function writeScript(base: string): Promise<string> {
  const path = join(base, 'job.sh');
  const command = [
    realpathSync(process.execPath),
    ...(fromSources ? ['--conditions=fusion-source', '--disable-warning=ExperimentalWarning'] : []),
    agent,
    base,
  ];
  await writeFile(path, `#!/bin/sh\nexec ${command.map(quoted).join(' ')}\n`, { mode: 0o700 });
  return path;
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
