export { catchUp, dueAt, nextDueAt } from './schedule.ts';
export type { Schedule } from './schedule.ts';
export { ScheduleError } from './schedule-error.ts';
