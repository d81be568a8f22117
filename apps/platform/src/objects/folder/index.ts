export { createFolderObjects } from './folder.ts';
