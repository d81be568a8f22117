export { refusalOf } from './addresses.ts';
export { SafeFetchError } from './error.ts';
export { safeFetch } from './safe-fetch.ts';
export type { SafeFetchOptions, SafeAnswer } from './safe-fetch.ts';
