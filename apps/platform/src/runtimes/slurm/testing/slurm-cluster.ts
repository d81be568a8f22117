import { execFile, execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
  chmodSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

import { freePort } from '../../../../../../e2e/support/free-port.ts';

const run = promisify(execFile);

export interface SlurmCluster {
  readonly configuration: string;
  /** Slurm's own commands. */
  run(program: string, ...args: readonly string[]): Promise<string>;
  /** Cancels all jobs that there are. One that ends at the same moment is no failure. */
  cancelAll(): Promise<void>;
  /** Kills the daemon of a node and all that it runs, as the loss of a machine does. */
  loseNode(name: 'n1' | 'n2'): Promise<void>;
  close(): Promise<void>;
}

/** Why no cluster can be brought up here; undefined where one can. */
export function whyNoSlurm(): string | undefined {
  if (process.getuid?.() !== 0) return 'a Slurm cluster is brought up as root only';
  const missing = ['/usr/sbin/slurmctld', '/usr/sbin/slurmd', '/usr/sbin/munged', '/usr/bin/sbatch'].find(
    (path) => !existsSync(path),
  );
  if (missing !== undefined) return `${missing} is not installed`;
  if (!existsSync('/etc/munge/munge.key')) return 'munge has no key';
  return existsSync('/sys/fs/cgroup/memory/memory.limit_in_bytes')
    ? undefined
    : 'the test cluster is set up for version 1 of control groups';
}

/** Two nodes on this machine: a controller, two daemons, and munge of their own. */
export async function startSlurm(): Promise<SlurmCluster> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'fusion-slurm-')));
  for (const name of ['state', 'log', 'spool.n1', 'spool.n2']) mkdirSync(join(root, name));
  const munge = join(root, 'munge');
  mkdirSync(munge);
  execFileSync('chown', ['munge:munge', munge]);
  chmodSync(root, 0o755);
  const configuration = join(root, 'slurm.conf');
  const [controller, first, second] = [await freePort(), await freePort(), await freePort()];
  writeFileSync(configuration, slurmConf(root, controller, first, second));
  writeFileSync(join(root, 'cgroup.conf'), cgroupConf());
  const env = { ...process.env, SLURM_CONF: configuration };
  const slurm = async (program: string, ...args: readonly string[]): Promise<string> =>
    (await run(program, [...args], { env })).stdout;
  const socket = ['--socket', join(munge, 'munge.sock'), '--pid-file', join(munge, 'munged.pid')];
  const mungeFiles = ['--log-file', join(munge, 'munged.log'), '--seed-file', join(munge, 'munge.seed')];
  await run('runuser', ['-u', 'munge', '--', '/usr/sbin/munged', ...socket, ...mungeFiles]);
  await slurm('/usr/sbin/slurmctld', '-f', configuration);
  for (const node of ['n1', 'n2']) await slurm('/usr/sbin/slurmd', '-f', configuration, '-N', node);
  const cancelAll = async (): Promise<void> => {
    await slurm('scancel', '--user=root').catch(() => undefined);
  };
  const cluster: SlurmCluster = {
    configuration,
    run: slurm,
    loseNode: async (name) => {
      const pid = pidIn(join(root, `slurmd.${name}.pid`));
      killJobs(root, name);
      if (pid !== undefined) killHard(pid);
    },
    cancelAll,
    close: async () => {
      await cancelAll();
      for (const name of ['slurmctld.pid', 'slurmd.n1.pid', 'slurmd.n2.pid']) {
        const pid = pidIn(join(root, name));
        if (pid !== undefined) await endProcess(pid);
      }
      // Only now does no daemon begin another, and what it has left running would run on for good.
      for (const node of ['n1', 'n2']) killJobs(root, node);
      const munged = pidIn(join(root, 'munge/munged.pid'));
      if (munged !== undefined) await endProcess(munged);
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  try {
    // The controller may not answer yet.
    const idle = async (): Promise<string> =>
      await slurm('sinfo', '-h', '-t', 'idle', '-o', '%D').catch(() => 'none');
    for (let tries = 0; (await idle()).trim() !== '2'; tries += 1) {
      if (tries > 1500) throw new Error(`the nodes do not come up: ${await slurm('sinfo')}`);
      await delay(100);
    }
    return cluster;
  } catch (error) {
    await cluster.close();
    throw error;
  }
}

function slurmConf(root: string, controller: number, first: number, second: number): string {
  const host = hostname().split('.')[0]!;
  return `
ClusterName=test
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=${controller}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=${root}/munge/munge.sock
CryptoType=crypto/munge
StateSaveLocation=${root}/state
SlurmdSpoolDir=${root}/spool.%n
SlurmctldPidFile=${root}/slurmctld.pid
SlurmdPidFile=${root}/slurmd.%n.pid
SlurmctldLogFile=${root}/log/slurmctld.log
SlurmdLogFile=${root}/log/slurmd.%n.log
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
ProctrackType=proctrack/cgroup
TaskPlugin=task/cgroup
JobAcctGatherType=jobacct_gather/cgroup
JobAcctGatherFrequency=task=1
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=1,sched_interval=1,batch_sched_delay=1,sched_min_interval=1000
SlurmdParameters=config_overrides
MpiDefault=none
ReturnToService=2
SlurmdTimeout=30
SlurmctldTimeout=30
MessageTimeout=30
InactiveLimit=0
KillWait=2
MinJobAge=300
JobCompType=jobcomp/none
AccountingStorageType=accounting_storage/none
NodeName=n1 NodeHostname=${host} NodeAddr=127.0.0.1 Port=${first} CPUs=2 RealMemory=4000 State=UNKNOWN
NodeName=n2 NodeHostname=${host} NodeAddr=127.0.0.1 Port=${second} CPUs=2 RealMemory=4000 State=UNKNOWN
PreemptType=preempt/partition_prio
PreemptMode=CANCEL
PartitionName=main Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP PriorityTier=1
PartitionName=urgent Nodes=n1,n2 MaxTime=INFINITE State=UP PriorityTier=2
`;
}

const cgroupConf = (): string =>
  'CgroupPlugin=cgroup/v1\nCgroupMountpoint=/sys/fs/cgroup\nCgroupAutomount=no\nConstrainRAMSpace=yes\nConstrainSwapSpace=no\nConstrainCores=no\nAllowedRAMSpace=100\n';

/** All that runs of the jobs of a node. */
function killJobs(root: string, node: string): void {
  for (const step of childrenOf(root, node)) for (const pid of [...descendants(step), step]) killHard(pid);
}

/** The processes that step for step run the jobs of a node: by its log, since the title that they give themselves lies over their environment. */
function childrenOf(root: string, node: string): number[] {
  const log = join(root, 'log', `slurmd.${node}.log`);
  return pgrep('-f', 'slurmstepd').filter((pid) => {
    const files = `/proc/${pid}/fd`;
    try {
      return readdirSync(files).some((file) => linkAt(join(files, file)) === log);
    } catch {
      return false;
    }
  });
}

function linkAt(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function descendants(pid: number): number[] {
  return pgrep('-P', String(pid)).flatMap((child) => [...descendants(child), child]);
}

/** None where it finds none, of which it makes a failure. */
function pgrep(...args: readonly string[]): number[] {
  const { stdout } = spawnSync('pgrep', [...args], { encoding: 'utf8' });
  return stdout.split('\n').filter(Boolean).map(Number);
}

function pidIn(path: string): number | undefined {
  try {
    return Number(readFileSync(path, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

function killHard(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

async function endProcess(pid: number): Promise<void> {
  try {
    process.kill(pid, 'SIGTERM');
    for (let tries = 0; tries < 100; tries += 1) {
      process.kill(pid, 0);
      await delay(50);
    }
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
}
