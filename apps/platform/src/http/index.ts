export { route } from './route.ts';
export type { CallRequest, Route } from './route.ts';
