import { CallError } from '@fusion-platform/contract';

/** A gap that does not lead on. */
export class ScheduleError extends CallError {
  constructor(message: string) {
    super('conflict', message);
    this.name = 'ScheduleError';
  }
}
