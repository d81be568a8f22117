export { dissolve } from './dissolve.ts';
export type { Dissolved } from './dissolve.ts';
