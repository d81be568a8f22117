export { readArchiveAddress, signArchive } from './archive-address.ts';
export { createPackages, packageKey } from './packages.ts';
export type { Packages } from './packages.ts';
export { presentVersion } from './present-version.ts';
export type { ServiceVersionValue } from './present-version.ts';
export { judgeBefore, publish } from './publish.ts';
export type { NewVersion, Publishing } from './publish.ts';
export { announce, receive } from './uploads.ts';
export {
  approveVersion,
  changeOrganisations,
  getVersion,
  listVersions,
  withdrawVersion,
} from './versions.ts';
export type { Asker } from './versions.ts';
export { refuseElsewhere, refuseUnrunnable, whyUnrunnable } from './where.ts';
export type { ImageDigest, RunsWhere } from './where.ts';
