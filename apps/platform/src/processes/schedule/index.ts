export { catchUp, dueAt, nextDueAt, ScheduleError } from './schedule.ts';
export type { Schedule } from './schedule.ts';
