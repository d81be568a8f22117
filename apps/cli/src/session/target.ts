import { usageError } from '../errors/index.ts';
import { readProfiles } from './profiles.ts';
import type { Profiles } from './profiles.ts';

/** The public platforms, under the names that the Python command gives them. */
export const deployments: Readonly<Record<string, string>> = {
  'production-irl': 'https://api.thefusionplatform.com',
  'production-aus': 'https://api.thefusionplatform.com.au',
  stage: 'https://api.stage.thefusionplatform.com',
};

/** Options that say where and as whom: every command that talks to a platform has them. */
export interface TargetOptions {
  readonly deployment?: string | undefined;
  readonly profile?: string | undefined;
  readonly email?: string | undefined;
  readonly organisation?: string | undefined;
}

/** The platform, user and organisation that a command works with. */
export interface Target {
  readonly url: string;
  readonly email: string | undefined;
  readonly organisation: string | undefined;
  /** The profile that said so. */
  readonly profile: string | undefined;
}

/**
 * Where and as whom: flags go before `FUSION_*` variables, these before the profile, and `production-irl` is the last
 * resort, as in the Python command.
 */
export async function findTarget(options: TargetOptions, env: NodeJS.ProcessEnv): Promise<Target> {
  const known = await readProfiles(env);
  const { name, profile } = chosenProfile(options, env, known);
  const place = options.deployment ?? env['FUSION_URL'];
  const explicit = options.profile !== undefined && options.deployment === undefined;
  const url = explicit && profile ? profile.url : addressOf(place ?? profile?.url ?? 'production-irl', known);
  // What a profile says of user and organisation is true of its own platform alone.
  const own = profile && sameUrl(profile.url, url) ? profile : undefined;
  return {
    url: tidyUrl(url),
    email: options.email ?? env['FUSION_EMAIL'] ?? own?.email,
    organisation: options.organisation ?? env['FUSION_ORGANISATION'] ?? own?.organisation,
    profile: own ? name : undefined,
  };
}

function chosenProfile(
  options: TargetOptions,
  env: NodeJS.ProcessEnv,
  { current, profiles }: Profiles,
): { readonly name: string | undefined; readonly profile: Profiles['profiles'][string] | undefined } {
  const wanted = options.profile ?? (env['FUSION_PROFILE'] || undefined);
  const name = wanted ?? current;
  const profile = name === undefined ? undefined : profiles[name];
  if (wanted !== undefined && !profile) {
    const names = Object.keys(profiles).join(', ') || 'none yet';
    throw usageError(
      `There is no profile "${wanted}": there are ${names}`,
      `fusion-platform login --profile ${wanted} --deployment URL`,
    );
  }
  return { name, profile };
}

/** The address of a deployment by its name, of a profile by its name, or of a URL. */
export function addressOf(place: string, { profiles }: Profiles): string {
  const named = deployments[place.toLowerCase()] ?? profiles[place]?.url;
  if (named !== undefined) return named;
  if (/^https?:\/\//i.test(place) && URL.canParse(place)) return place;
  throw usageError(
    `"${place}" is no deployment, no profile and no URL: deployments are ${Object.keys(deployments).join(', ')}`,
  );
}

const tidyUrl = (url: string): string => url.replace(/\/+$/, '');
const sameUrl = (a: string, b: string): boolean => tidyUrl(a) === tidyUrl(b);
