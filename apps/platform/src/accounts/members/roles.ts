import { CallError, roles as allRoles } from '@fusion-platform/contract';
import type { Role } from '@fusion-platform/contract';

export const managing = 'manage_organisation' satisfies Role;

/** Each once, in the order of the contract. @throws CallError `bad_request` for what is no role */
export function checkRoles(given: readonly string[]): Role[] {
  const unknown = given.find((role) => !(allRoles as readonly string[]).includes(role));
  if (unknown !== undefined)
    throw new CallError(
      'bad_request',
      `There is no role "${unknown.slice(0, 80)}": the roles are ${allRoles.join(', ')}`,
    );
  return allRoles.filter((role) => given.includes(role));
}

/** Nobody gives more than they have. @throws CallError `forbidden` */
export function refuseUnheld(held: readonly string[], given: readonly string[]): void {
  const unheld = given.filter((role) => !held.includes(role));
  if (unheld.length > 0)
    throw new CallError(
      'forbidden',
      `You cannot give a role that you do not have yourself: ${unheld.join(', ')}`,
    );
}

export const sameRoles = (a: readonly string[], b: readonly string[]): boolean =>
  a.every((role) => b.includes(role)) && b.every((role) => a.includes(role));
