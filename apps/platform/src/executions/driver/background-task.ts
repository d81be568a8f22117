/** Work that the loop begins without waiting for its end. It never runs twice at the same time. */
export interface BackgroundTask {
  /** Begins it, unless it is under way. */
  readonly begin: () => void;
  readonly isRunning: () => boolean;
  /** Resolves once it is not under way. */
  readonly ended: () => Promise<void>;
}

export function createBackgroundTask(options: {
  readonly work: () => Promise<void>;
  /** Called with the error when it fails; it is tried again the next time that it begins. */
  readonly onFault: (error: unknown) => void;
  /** Called each time that it has ended. */
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
