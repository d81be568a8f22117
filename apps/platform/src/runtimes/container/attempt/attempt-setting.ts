import type { StagingObjects } from '../../local/staging-objects.ts';
import type { Daemon } from '../daemon.ts';
import type { ContainerSetting } from './container-options.ts';

/** What an attempt needs to know beside its job. */
export interface ContainerAttemptSetting {
  readonly daemon: Daemon;
  readonly objects: StagingObjects;
  readonly container: Pick<ContainerSetting, 'owner' | 'user' | 'network' | 'readOnly'>;
  readonly image: string;
  /** The only content that its name may stand for; null for any. */
  readonly wantedDigest: string | null;
  readonly command: readonly string[] | null;
  readonly cache: string | null;
  readonly pullSeconds: number;
  readonly sampleMilliseconds: number;
  readonly onNews: () => void;
}
