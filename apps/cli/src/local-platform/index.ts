export { administrate } from './administrate.ts';
export { dataFolder } from './data-folder.ts';
