import type { Member } from 'fusion-platform';

/** A dash stands for a name that was not given: then the address is who it is. */
export const nameOf = ({
  given_name: given,
  family_name: family,
  email,
}: Pick<Member, 'given_name' | 'family_name' | 'email'>): string =>
  [given, family].filter((part) => part !== '-').join(' ') || email;
