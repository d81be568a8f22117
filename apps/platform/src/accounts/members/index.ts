export { lockOrganisation } from './lock.ts';
export { createMembers } from './members.ts';
export type { Members } from './members.ts';
export { checkRoles } from './roles.ts';
