export { createNotifications } from './notifications.ts';
export type { Notifications } from './notifications.ts';
export type { News, NewsPayload } from './news.ts';
export { createWebhooks } from './webhooks.ts';
export type { Webhooks } from './webhooks.ts';
