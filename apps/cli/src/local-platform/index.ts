export { administrate } from './administrate.ts';
export { dataFolder } from './data-folder.ts';
export { showingProgress } from './progress.ts';
export { restoredSettings } from './settings.ts';
