export { makeScenes } from './make-scenes.ts';
export type { MakeScenesOptions } from './make-scenes.ts';
export { NOTE } from './note.ts';
