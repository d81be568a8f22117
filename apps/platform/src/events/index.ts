export { createEvents } from './events.ts';
export type { Change, Events } from './events.ts';
export { createWaker } from './waker.ts';
export { SafeFetchError, safeFetch } from './safe-fetch/index.ts';
export { createNotifications, createWebhooks } from './notifications/index.ts';
export type { News, Notifications, Webhooks } from './notifications/index.ts';
