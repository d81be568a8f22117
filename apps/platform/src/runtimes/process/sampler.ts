import { appendFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { AttemptResources, MetricsRecord } from '../local/attempts.ts';
import { readStatusFile } from '../status-file.ts';
import type { Cgroup } from './cgroups.ts';
import { deletedFilesSize } from './deleted-files.ts';
import { folderSize } from './folder-size.ts';
import { listProcesses, ownMemory, treeOf } from './process-table.ts';

export interface Sampled {
  folder: string;
  temporary: string;
  metricsFile: string;
  resources: AttemptResources;
  cgroup: Pick<Cgroup, 'usage' | 'processes'> | null;
  logBytes: () => number;
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

  constructor(attempt: Sampled) {
    this.#attempt = attempt;
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

  /**
   * `root` is the attempt's first process, null when it has ended. What it takes is what it took when it was last seen
   * running: afterwards a control group holds no more than cache of files.
   */
  measureMemory(root: number | null): void {
    const { cgroup } = this.#attempt;
    if (cgroup !== null) {
      const usage = cgroup.usage();
      if (root !== null && cgroup.processes().length > 0) {
        this.#memory = usage.memoryBytes;
        this.#swap = usage.swapBytes;
      } else if (this.#memory === 0) {
        // It was over before the first look: its peak is all there is.
        this.#memory = usage.peakMemoryBytes;
      }
      this.#outOfMemory ||= usage.outOfMemory;
      this.peaks.memoryBytes = Math.max(this.peaks.memoryBytes ?? 0, usage.peakMemoryBytes);
      if (usage.cpuSeconds !== null) this.peaks.cpuSeconds = usage.cpuSeconds;
    } else if (root !== null) {
      const tree = treeOf(root, listProcesses());
      if (tree.length === 0) return;
      this.#memory = tree.reduce((sum, { pid }) => sum + ownMemory(pid), 0);
      this.peaks.memoryBytes = Math.max(this.peaks.memoryBytes ?? 0, this.#memory);
      const cpu = tree.reduce((sum, row) => sum + row.cpuSeconds, 0);
      this.peaks.cpuSeconds = Math.max(this.peaks.cpuSeconds ?? 0, cpu);
    }
  }

  /** `root` as for `measureMemory`: with the last process the last deleted file is gone. */
  async measureStorage(root: number | null): Promise<void> {
    const { folder, temporary, cgroup } = this.#attempt;
    this.#deleted = 0;
    if (root !== null) {
      const pids = cgroup?.processes() ?? treeOf(root, listProcesses()).map(({ pid }) => pid);
      this.#deleted = deletedFilesSize(pids, statSync(folder).dev);
    }
    const written = ['outputs', 'scratch', 'storage'].map((name) => folderSize(join(folder, name)));
    const [inTemporary, ...sizes] = await Promise.all([folderSize(temporary), ...written]);
    this.#temporary = inTemporary;
    this.#scratch = sizes.reduce((sum, size) => sum + size, 0);
    this.peaks.storageBytes = Math.max(this.peaks.storageBytes, this.storageBytes);
  }

  /** Adds a sample of what was measured last. */
  record(): void {
    const { folder, metricsFile, resources } = this.#attempt;
    const status = readStatusFile(folder);
    const memory = Math.round(resources.memoryMb * 1_048_576);
    const storage = Math.round(resources.storageGb * 1_073_741_824);
    const free = Math.max(0, storage - this.storageBytes);
    const sample: MetricsRecord = {
      date: new Date().toISOString(),
      memory_total_bytes: memory,
      memory_free_bytes: Math.max(0, memory - this.#memory),
      // Attempts are given no swap; what a system without accounting of swap lets them use shows as a total.
      swap_total_bytes: this.#swap,
      swap_free_bytes: 0,
      tmp_total_bytes: storage,
      tmp_free_bytes: free,
      tmp_used_bytes: this.#temporary,
      scratch_total_bytes: storage,
      scratch_free_bytes: free,
      scratch_used_bytes: this.#scratch,
      s3_transfer_bytes: status?.transfer.s3 ?? 0,
      gcs_transfer_bytes: status?.transfer.gcs ?? 0,
      external_transfer_bytes: status?.transfer.external ?? 0,
      internal_transfer_bytes: status?.transfer.internal ?? 0,
      comment: status?.comment ?? null,
      cpu_seconds: this.peaks.cpuSeconds,
    };
    try {
      appendFileSync(metricsFile, `${JSON.stringify(sample)}\n`);
    } catch {
      // A full disk costs this sample, not the attempt.
    }
  }
}
