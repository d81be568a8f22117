export { configFolder } from './folders.ts';
export { askAndLogIn, chooseOrganisation, logIn, openSession, sessionOptions } from './open.ts';
export { readProfiles, writeProfiles } from './profiles.ts';
export { askChoice, askConfirm, askPassword, askText, canAsk } from './prompts.ts';
export { findSaved, forget } from './saved.ts';
export { addressOf, deployments, findTarget } from './target.ts';
export type { Target, TargetOptions } from './target.ts';
