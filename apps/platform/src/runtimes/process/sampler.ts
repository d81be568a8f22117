import { appendFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { AttemptResources, MetricsRecord } from '../local/attempts.ts';
import { readStatusFile } from '../status-file.ts';
import type { Cgroup } from './cgroups.ts';
import { deletedFilesSize } from './deleted-files.ts';
import { folderSize } from './folder-size.ts';
import { MemoryPeak } from './memory-peak.ts';
import { listProcesses, treeOf } from './process-table.ts';
import { Transfers } from './transfers.ts';
import { TreeUsage } from './tree-usage.ts';

export interface Sampled {
  folder: string;
  temporary: string;
  metricsFile: string;
  resources: AttemptResources;
  cgroup: Pick<Cgroup, 'usage' | 'processes'> | null;
  logBytes: () => number;
  /** Whether its first process is bubblewrap. */
  sandboxed?: boolean;
}

export interface Peaks {
  memoryBytes: number | null;
  storageBytes: number;
  cpuSeconds: number | null;
}

/** Measures one attempt and keeps its peaks. */
export class Sampler {
  readonly peaks: Peaks = { memoryBytes: null, storageBytes: 0, cpuSeconds: null };
  readonly #attempt: Sampled;
  #memory = 0;
  #swap = 0;
  #scratch = 0;
  #temporary = 0;
  #deleted = 0;
  #outOfMemory = false;
  readonly #peak = new MemoryPeak();
  readonly #tree = new TreeUsage();
  readonly #transfers: Transfers;

  constructor(attempt: Sampled) {
    this.#attempt = attempt;
    this.#transfers = new Transfers(attempt.metricsFile);
  }

  get outOfMemory(): boolean {
    return this.#outOfMemory;
  }

  get memoryBytes(): number {
    return this.#memory;
  }

  get storageBytes(): number {
    return this.#scratch + this.#temporary + this.#deleted + this.#attempt.logBytes();
  }

  /** What was seen of its processes where no control group counts. */
  get tree(): TreeUsage {
    return this.#tree;
  }

  /**
   * `root` is the attempt's first process, null when it has ended. What it takes is what it took when it was last seen
   * running: afterwards a control group holds no more than cache of files.
   */
  async measureMemory(root: number | null): Promise<void> {
    const { cgroup } = this.#attempt;
    if (cgroup === null) {
      if (root !== null) await this.#tree.look(root, this.#attempt.sandboxed === true);
      this.#memory = this.#tree.memoryBytes;
      if (this.#tree.peakMemoryBytes > 0) this.peaks.memoryBytes = this.#tree.peakMemoryBytes;
      if (this.#tree.cpuSeconds > 0) this.peaks.cpuSeconds = this.#tree.cpuSeconds;
      return;
    }
    const usage = cgroup.usage();
    if (root !== null && cgroup.processes().length > 0) {
      this.#memory = usage.heldBytes;
      this.#swap = usage.swapBytes;
    }
    this.#outOfMemory ||= usage.outOfMemory;
    this.peaks.memoryBytes = this.#peak.look(usage);
    if (usage.cpuSeconds !== null) this.peaks.cpuSeconds = usage.cpuSeconds;
  }

  /** Call when it was ended for want of memory, which a control group that is gone does not tell: it had taken all. */
  ranOut(): void {
    const all = Math.round(this.#attempt.resources.memoryMb * 1_048_576);
    this.peaks.memoryBytes = Math.max(this.peaks.memoryBytes ?? 0, all);
  }

  /** `root` as for `measureMemory`: with the last process the last deleted file is gone. */
  async measureStorage(root: number | null): Promise<void> {
    const { folder, temporary, cgroup } = this.#attempt;
    this.#deleted = 0;
    if (root !== null) {
      const pids = cgroup?.processes() ?? treeOf(root, listProcesses()).map(({ pid }) => pid);
      this.#deleted = deletedFilesSize(pids, statSync(folder).dev);
    }
    const counted = new Set<string>();
    const written = ['outputs', 'scratch', 'storage'].map((name) => folderSize(join(folder, name), counted));
    const [inTemporary, ...sizes] = await Promise.all([folderSize(temporary, counted), ...written]);
    this.#temporary = inTemporary;
    this.#scratch = sizes.reduce((sum, size) => sum + size, 0);
    this.peaks.storageBytes = Math.max(this.peaks.storageBytes, this.storageBytes);
  }

  /**
   * Adds a sample of what was measured last.
   * @param last whether it has ended: where this is its only sample, it tells the most that it took, since it was hardly seen
   */
  record({ last = false }: { last?: boolean } = {}): void {
    if (last && this.#transfers.isFirst) this.#memory = this.peaks.memoryBytes ?? 0;
    const { folder, metricsFile, resources } = this.#attempt;
    const status = readStatusFile(folder);
    const memory = Math.round(resources.memoryMb * 1_048_576);
    const storage = Math.round(resources.storageGb * 1_073_741_824);
    const free = Math.max(0, storage - this.storageBytes);
    const sample: MetricsRecord = {
      date: new Date().toISOString(),
      memory_total_bytes: memory,
      memory_free_bytes: this.peaks.memoryBytes === null ? null : Math.max(0, memory - this.#memory),
      // Attempts are given no swap; what a system without accounting of swap lets them use shows as a total.
      swap_total_bytes: this.#swap,
      swap_free_bytes: 0,
      tmp_total_bytes: storage,
      tmp_free_bytes: free,
      tmp_used_bytes: this.#temporary,
      scratch_total_bytes: storage,
      scratch_free_bytes: free,
      scratch_used_bytes: this.#scratch,
      ...this.#transfers.since(status?.transfer),
      comment: status?.comment ?? null,
      cpu_seconds: this.peaks.cpuSeconds,
    };
    try {
      appendFileSync(metricsFile, `${JSON.stringify(sample)}\n`);
      this.#transfers.told(sample);
    } catch {
      // A full disk costs this sample, not the attempt.
    }
  }
}
