export { fetchAll } from './fetch-files.ts';
export type { Fetched, FileToFetch } from './fetch-files.ts';
export { uploadAll } from './upload.ts';
export type { Upload } from './upload.ts';
export { writeWhole } from './write-file.ts';
