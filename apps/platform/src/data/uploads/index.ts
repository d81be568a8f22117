export { receiveUpload } from './receive.ts';
export { continueUpload, uploadState } from './resume.ts';
export type { Received } from './resume.ts';
