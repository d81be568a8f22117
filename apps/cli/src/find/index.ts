export { findData, findDataIfAny, nameThatFinds } from './data.ts';

export { componentsOf, findProcess, findSubject, inOrder, lastRun, orUndefined } from './process.ts';
export type { FoundProcess, Subject } from './process.ts';
export { findMember } from './member.ts';
export { findService } from './service.ts';
export { findStorage, placeOfKey, storageId, storageKey } from './storage.ts';
export { organisationIds } from './organisation.ts';
export { findServiceVersion } from './service-version.ts';
