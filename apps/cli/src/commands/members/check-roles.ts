import { roles } from 'fusion-platform';
import type { Role } from 'fusion-platform';

import { usageError } from '../../errors/index.ts';

/** Of somebody for whom none are named: the same as of `admin add-user`. */
export const usualRoles: readonly Role[] = ['view_processing_chains', 'create_and_execute_processing_chains'];

/** @throws CliError naming what is no role */
export function checkRoles(given: readonly string[]): Role[] {
  return given.map((role) => {
    const found = roles.find((one) => one === role);
    if (found) return found;
    throw usageError(`There is no role "${role}"`, `the roles are ${roles.join(', ')}`);
  });
}
