import type { ServiceFile, ServiceFileFault } from '@fusion-platform/contract/service-file';
import { checkServiceFile } from '@fusion-platform/contract/service-file';
import { v5 as uuidV5 } from 'uuid';

/** One version of a service as the platform runs it. */
export interface Manifest extends Omit<ServiceFile, 'id' | 'ssd_id' | 'resources'> {
  readonly serviceId: string;
  readonly ssdId: string;
  readonly imageId: string;
  /** Absolute; the command's folder. Empty for one that was published: each node has its own. */
  readonly folder: string;
  /** Of a published one that was approved: what its image's name stood for then. It runs nothing else. */
  readonly imageDigest?: string | null;
  /** Where it came from; missing in what was stored before services could be published. */
  readonly source?: 'folder' | 'published';
  readonly resources: {
    readonly cpu: number;
    readonly memoryMb: number;
    readonly storageGb: number;
    /** Descriptions that were stored before services could declare it have none. */
    readonly timeoutSeconds?: number | null;
  };
}

/** Names everything that is wrong with service.yaml files, by file and field. */
export class ServiceFileError extends Error {
  readonly faults: readonly FaultyFile[];

  constructor(faults: readonly FaultyFile[]) {
    const parts = faults.map(({ path, problems }) =>
      [`${path} describes no service:`, ...problems.map((problem) => `  ${problem}`)].join('\n'),
    );
    super(parts.join('\n'));
    this.name = 'ServiceFileError';
    this.faults = faults;
  }
}

interface FaultyFile {
  readonly path: string;
  readonly problems: readonly string[];
}

/** @throws ServiceFileError */
export function readManifest(path: string, folder: string, text: string): Manifest {
  const { file, faults } = checkServiceFile(text);
  if (!file) throw new ServiceFileError([{ path, problems: faults.map(describeFault) }]);
  return manifestOf(file, folder);
}

export function manifestOf(file: ServiceFile, folder: string): Manifest {
  const { id, ssd_id, resources, ...rest } = file;
  return {
    ...rest,
    serviceId: id ?? uuidV5(String(rest.version), ssd_id),
    ssdId: ssd_id,
    imageId: uuidV5(rest.image ?? `${ssd_id}:${rest.version}`, uuidV5.URL),
    folder,
    resources: {
      cpu: resources.cpu,
      memoryMb: resources.memory_mb,
      storageGb: resources.storage_gb,
      timeoutSeconds: resources.timeout_seconds,
    },
  };
}

const describeFault = ({ path, message, line }: ServiceFileFault): string =>
  `${path === '' ? '' : `${path}: `}${message} (line ${line})`;
