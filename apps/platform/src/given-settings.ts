import { settingsSchema } from './settings.ts';

/** Those say where the platform is, and what was needed once. */
const left = new Set(['FUSION_DATA', 'FUSION_ADMIN_PASSWORD']);
/** The addresses of archives that services read. */
const ofServices = /^FUSION_[A-Z\d]+_STAC_URL$/;

/** The settings that a platform was given, which a backup of it holds. */
export function givenSettings(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const given = Object.entries(environment).filter(
    (entry): entry is [string, string] =>
      !!entry[1] &&
      !left.has(entry[0]) &&
      (Object.hasOwn(settingsSchema.shape, entry[0]) || ofServices.test(entry[0])),
  );
  return Object.fromEntries(given);
}
