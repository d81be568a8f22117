export { withZip } from './zip.ts';
export type { Zip, ZipEntry } from './zip.ts';
