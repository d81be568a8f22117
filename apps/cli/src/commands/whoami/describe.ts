import type { Session } from 'fusion-platform';

import { oneLine } from '../../output/index.ts';
import type { Result } from '../../output/index.ts';
import type { Target } from '../../session/index.ts';

/** Who is logged in, as `login` and `whoami` tell it. */
export async function describeSession(
  session: Session,
  target: Pick<Target, 'url' | 'organisation' | 'profile'>,
): Promise<Result> {
  const { user } = session;
  const organisations = await user.organisations().toArray();
  const wanted = target.organisation?.toLowerCase();
  const chosen =
    organisations.length === 1
      ? organisations[0]
      : organisations.find(
          ({ id, name }) => wanted !== undefined && [id, name.toLowerCase()].includes(wanted),
        );
  const name = [user.given_name, user.family_name].filter((part) => part && part !== '-').join(' ');
  return {
    json: {
      user: { id: user.id, email: user.email, name },
      url: session.apiUrl,
      profile: target.profile ?? null,
      organisation: chosen ? { id: chosen.id, name: chosen.name } : null,
      organisations: organisations.map(({ id, name: called }) => ({ id, name: called })),
    },
    ids: [user.id],
    text: ({ colours }) =>
      [
        `${colours.bold(oneLine(user.email))}${name ? ` (${oneLine(name)})` : ''} at ${session.apiUrl}`,
        ...organisations.map((one) => {
          const mark = one.id === chosen?.id ? colours.green('*') : ' ';
          return `  ${mark} ${oneLine(one.name)} ${colours.dim(one.id)}`;
        }),
      ].join('\n'),
  };
}
