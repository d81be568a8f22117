/** Work that the loop begins and never waits for: of its kind, one at a time. */
export interface BackgroundTask {
  /** Begins it, unless it is under way. */
  readonly begin: () => void;
  readonly isRunning: () => boolean;
  /** Resolves once it is not under way. */
  readonly ended: () => Promise<void>;
}

export function createBackgroundTask(options: {
  readonly work: () => Promise<void>;
  /** Told why it could not be done; the next beginning tries again. */
  readonly onFault: (error: unknown) => void;
  /** Told each time that it is not under way any more. */
  readonly onEnd?: () => void;
}): BackgroundTask {
  const { work, onFault, onEnd } = options;
  let running: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    try {
      await work();
    } catch (error) {
      onFault(error);
    } finally {
      running = undefined;
      onEnd?.();
    }
  };
  return {
    begin: () => void (running ??= run()),
    isRunning: () => running !== undefined,
    ended: async () => await running,
  };
}
