export { packFolder } from './pack-folder.ts';
export { checkFolder, describeFault, refuseFaulty } from './check-folder.ts';
export type { CheckedFolder, FolderFault } from './check-folder.ts';
