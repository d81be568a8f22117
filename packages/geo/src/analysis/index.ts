export { analyse, analyseUnread } from './analyse.ts';
export { analyseInChild } from './analyse-in-child.ts';
export type { AnalyseInChildOptions } from './analyse-in-child.ts';
export { joinInChild } from './join-in-child.ts';
export { extendInChild } from './extend-in-child.ts';
export type { ExtendInChildOptions } from './extend-in-child.ts';
