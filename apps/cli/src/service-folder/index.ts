export { checkFolder, describeFault } from './check-folder.ts';
export type { CheckedFolder, FolderFault } from './check-folder.ts';
